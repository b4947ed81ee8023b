import { type ExchangeProcess, startExchangeProcess } from './exchange-process.js';
import { type RunningDovecot, startDovecot } from './dovecot.js';
import { testMailDomain } from './exchange-server.js';
import { isPortFree } from './free-ports.js';
import { type RunningServer, startMongoDb } from './mongodb.js';
import { startRabbitMq } from './rabbitmq.js';
import { startTogether } from './start-together.js';
import { type SternaServices, startSternaServices } from './sterna-services.js';

/** How the tenant of a stack reaches Exchange Online. */
export interface StackTarget {
  graphUrl: string;
  authorityUrl: string;
  entraTenantId: string;
  clientId: string;
  clientSecret: string;
}

/** Everything that a migration needs, running. */
export interface LocalStack {
  readonly mongodb: RunningServer;
  readonly rabbitmq: RunningServer;
  readonly dovecot: RunningDovecot;
  /** Null where the environment names another target. */
  readonly exchange: ExchangeProcess | null;
  readonly target: StackTarget;
  readonly services: SternaServices;
  stop(): Promise<void>;
}

export interface LocalStackOptions {
  stateDir: string;
  /** Added to the environment of every service. */
  env?: Record<string, string>;
  /** Further flags of the Exchange emulator. */
  exchangeFlags?: readonly string[];
}

/**
 * Starts the servers that the environment does not name (STERNA_MONGODB_URL, STERNA_AMQP_URL, STERNA_GRAPH_URL), then
 * the four services; STERNA_HTTP_PORT is the API's port. What has started is stopped again when something does not
 * start.
 */
export async function startLocalStack(options: LocalStackOptions): Promise<LocalStack> {
  const { stateDir, exchangeFlags = [] } = options;
  const httpPort = await readHttpPort();
  const given = readGivenTarget();
  const [mongodb, rabbitmq, dovecot, emulator] = await startTogether([
    startMongoDb({ stateDir, url: process.env['STERNA_MONGODB_URL'] }),
    startRabbitMq({ stateDir, url: process.env['STERNA_AMQP_URL'] }),
    startDovecot({ stateDir }),
    given === null ? startEmulator(stateDir, exchangeFlags) : nothingToStart,
  ]);
  const { exchange } = emulator;
  const stopServers = async (): Promise<void> => {
    await Promise.all([mongodb.stop(), rabbitmq.stop(), dovecot.stop(), emulator.stop()]);
  };
  try {
    const services = await startSternaServices({
      stateDir,
      mongodbUrl: mongodb.url,
      amqpUrl: rabbitmq.url,
      ...(exchange !== null && { caPath: exchange.caPath }),
      ...(httpPort !== null && { httpPort }),
      ...(options.env !== undefined && { env: options.env }),
    });
    return {
      ...{ mongodb, rabbitmq, dovecot, exchange, services },
      target: given ?? targetOf(exchange),
      async stop() {
        await services.stop();
        await stopServers();
      },
    };
  } catch (error) {
    await stopServers();
    throw error;
  }
}

/** The emulator that a stack has, or none. */
interface StackEmulator {
  exchange: ExchangeProcess | null;
  stop(): Promise<void>;
}

const nothingToStart: Promise<StackEmulator> = Promise.resolve({
  exchange: null,
  stop: () => Promise.resolve(),
});

async function startEmulator(stateDir: string, flags: readonly string[]): Promise<StackEmulator> {
  const exchange = await startExchangeProcess({ stateDir, autoProvisionDomains: [testMailDomain], flags });
  return { exchange, stop: () => exchange.stop() };
}

function targetOf(exchange: ExchangeProcess | null): StackTarget {
  if (exchange === null) throw new Error('there is an emulator where no target is given');
  const { graphUrl, authorityUrl, tenant: entraTenantId, clientId, clientSecret } = exchange;
  return { graphUrl, authorityUrl, entraTenantId, clientId, clientSecret };
}

/** The port that the environment names. @throws Error when it is no port, or in use */
async function readHttpPort(): Promise<number | null> {
  const text = process.env['STERNA_HTTP_PORT'];
  if (text === undefined || text === '') return null;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`STERNA_HTTP_PORT is "${text}"; a port from 1 to 65535 was expected`);
  }
  if (!(await isPortFree(port)))
    throw new Error(`STERNA_HTTP_PORT: the port ${port} is in use; give another`);
  return port;
}

/** A target other than the emulator: all of its variables together, or none. */
function readGivenTarget(): StackTarget | null {
  const { env } = process;
  const graphUrl = env['STERNA_GRAPH_URL'] ?? '';
  if (graphUrl === '') return null;
  const read = (name: string): string => {
    const value = env[name] ?? '';
    if (value === '') throw new Error(`STERNA_GRAPH_URL needs ${name} too`);
    return value;
  };
  return {
    graphUrl,
    authorityUrl: env['STERNA_AUTHORITY_URL'] ?? 'https://login.microsoftonline.com',
    entraTenantId: read('STERNA_ENTRA_TENANT_ID'),
    clientId: read('STERNA_CLIENT_ID'),
    clientSecret: read('STERNA_CLIENT_SECRET'),
  };
}
