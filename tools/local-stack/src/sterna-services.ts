import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { findFreePorts, isPortFree } from './free-ports.js';
import { type RunningService, startService } from './service.js';
import { startTogether } from './start-together.js';
import { workspaceRoot } from './workspace-path.js';

export const serviceNames = ['batch-api', 'scheduler', 'imap-reader', 'exchange-writer'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Sterna's own services, each in a process of its own. */
export interface SternaServices {
  readonly url: string;
  readonly operatorKey: string;
  /** `node` with these variables runs one of the services by hand. */
  readonly environment: Record<string, string>;
  readonly byName: Readonly<Record<ServiceName, RunningService>>;
  /** Starts one more replica of a service; it stops with the others. */
  addReplica(name: Exclude<ServiceName, 'batch-api'>): Promise<RunningService>;
  stop(): Promise<void>;
}

export interface SternaServicesOptions {
  stateDir: string;
  mongodbUrl: string;
  amqpUrl: string;
  /** PEM file of the authority that signed the target's certificate. */
  caPath?: string;
  /** Port of the API; a free one where it is missing. */
  httpPort?: number;
  /** Added to the environment of every service. */
  env?: Record<string, string>;
}

/** @throws Error when the wanted port is in use, or a service does not get ready */
export async function startSternaServices(options: SternaServicesOptions): Promise<SternaServices> {
  const [freePort = 0] = await findFreePorts(1);
  const httpPort = options.httpPort ?? freePort;
  if (!(await isPortFree(httpPort)))
    throw new Error(`port ${httpPort} is in use; set STERNA_HTTP_PORT to another`);
  const operatorKey = randomBytes(24).toString('base64url');
  const environment = {
    ...serviceEnvironment(options),
    STERNA_HTTP_PORT: String(httpPort),
    STERNA_HTTP_HOST: '127.0.0.1',
    STERNA_OPERATOR_KEY: operatorKey,
  };
  const replicas: RunningService[] = [];
  let started = 0;
  const start = async (name: ServiceName): Promise<RunningService> => {
    started += 1;
    const logFile = path.join(options.stateDir, `${name}-${started}.log`);
    const [healthPort = 0] = await findFreePorts(1);
    return startService({
      name,
      entry: path.join(workspaceRoot, 'apps', name, 'dist', 'main.js'),
      env: { ...environment, STERNA_HEALTH_PORT: String(healthPort) },
      logFile,
      nodeArgs: ['--max-semi-space-size=4'],
      healthUrl: `http://127.0.0.1:${healthPort}/readyz`,
    });
  };
  const [api, scheduler, reader, writer] = await startTogether([
    start('batch-api'),
    start('scheduler'),
    start('imap-reader'),
    start('exchange-writer'),
  ]);
  return {
    url: `http://127.0.0.1:${httpPort}`,
    operatorKey,
    environment,
    byName: { 'batch-api': api, scheduler, 'imap-reader': reader, 'exchange-writer': writer },
    async addReplica(name) {
      const replica = await start(name);
      replicas.push(replica);
      return replica;
    },
    async stop() {
      await Promise.all([api, scheduler, reader, writer, ...replicas].map((service) => service.stop()));
    },
  };
}

function serviceEnvironment(options: SternaServicesOptions): Record<string, string> {
  const keyring = { current: 'local', keys: { local: randomBytes(32).toString('base64') } };
  return {
    STERNA_MONGODB_URL: options.mongodbUrl,
    STERNA_AMQP_URL: options.amqpUrl,
    STERNA_SECRETS_KEYRING: JSON.stringify(keyring),
    STERNA_QUEUE_TYPE: 'classic',
    STERNA_TICK_MS: '100',
    STERNA_SPOOL_DIR: path.join(options.stateDir, 'spool'),
    ...(options.caPath !== undefined && { NODE_EXTRA_CA_CERTS: options.caPath }),
    ...options.env,
  };
}
