import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type RunningProcess, startProcess, waitUntilReady } from './child-process.js';
import { findFreePorts, isPortOpen } from './free-ports.js';
import { randomBytes } from 'node:crypto';
import type { RunningServer } from './mongodb.js';
import { findProgram } from './workspace-path.js';

/**
 * A broker: the one that `url` names, else Debian's rabbitmq-server with ports, directories and an epmd of its
 * own, so that several can run on one machine.
 */
export async function startRabbitMq(options: {
  stateDir: string;
  url?: string | undefined;
}): Promise<RunningServer> {
  if (options.url !== undefined && options.url !== '') {
    return { url: options.url, description: 'RabbitMQ (given)', pid: null, stop: () => Promise.resolve() };
  }
  const command = findBroker();
  if (command === null) throw new Error('rabbitmq-server is not installed, and STERNA_AMQP_URL is not set');
  const directory = path.join(options.stateDir, 'rabbitmq');
  await mkdir(directory, { recursive: true });
  const [port = 0, distributionPort = 0, epmdPort = 0] = await findFreePorts(3);
  const password = randomBytes(12).toString('hex');
  await writeConfiguration(directory, password);
  const environment = environmentOf({ directory, port, distributionPort, epmdPort });
  const logFile = path.join(directory, 'server.log');
  const epmd = startEpmd(directory, epmdPort);
  const running = startProcess({ name: 'rabbitmq', command, args: [], env: environment, logFile });
  await waitUntilReady(running, logFile, () => isPortOpen(port), 120_000);
  return {
    url: `amqp://sterna:${password}@127.0.0.1:${port}`,
    description: 'RabbitMQ',
    pid: running.pid,
    async stop() {
      await running.stop(20_000);
      await epmd.stop();
    },
  };
}

/** Debian's wrapper on PATH changes to the user rabbitmq; the script behind it runs as whoever calls it. */
function findBroker(): string | null {
  const behindWrapper = '/usr/lib/rabbitmq/bin/rabbitmq-server';
  return existsSync(behindWrapper) ? behindWrapper : findProgram('rabbitmq-server');
}

/** The name server of Erlang nodes; started here so that it is stopped here. */
function startEpmd(directory: string, port: number): RunningProcess {
  return startProcess({
    name: 'epmd',
    command: findProgram('epmd') ?? 'epmd',
    args: ['-port', String(port), '-address', '127.0.0.1'],
    logFile: path.join(directory, 'epmd.log'),
  });
}

const fileNames = { configuration: 'rabbitmq.conf', plugins: 'enabled_plugins' };

/** Small in memory: the write-ahead log of quorum queues is kept in memory and on disk up to its size. */
async function writeConfiguration(directory: string, password: string): Promise<void> {
  const lines = [
    'default_user = sterna',
    `default_pass = ${password}`,
    'disk_free_limit.absolute = 50MB',
    'vm_memory_high_watermark.absolute = 768MB',
    'raft.wal_max_size_bytes = 67108864',
  ];
  await writeFile(path.join(directory, fileNames.configuration), `${lines.join('\n')}\n`, { mode: 0o600 });
  await writeFile(path.join(directory, fileNames.plugins), '[].\n');
}

function environmentOf(options: {
  directory: string;
  port: number;
  distributionPort: number;
  epmdPort: number;
}): Record<string, string> {
  const { directory } = options;
  return {
    HOME: directory,
    RABBITMQ_NODENAME: `sterna${options.port}@localhost`,
    RABBITMQ_NODE_PORT: String(options.port),
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_DIST_PORT: String(options.distributionPort),
    RABBITMQ_MNESIA_BASE: path.join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: path.join(directory, 'log'),
    RABBITMQ_PID_FILE: path.join(directory, 'pid'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path.join(directory, fileNames.plugins),
    RABBITMQ_CONFIG_FILE: path.join(directory, fileNames.configuration),
    RABBITMQ_CONF_ENV_FILE: path.join(directory, 'no-environment-file'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // the start script then becomes the server instead of staying its parent, so that signals reach it
    RUNNING_UNDER_SYSTEMD: 'true',
    ERL_EPMD_PORT: String(options.epmdPort),
    ERL_EPMD_ADDRESS: '127.0.0.1',
  };
}
