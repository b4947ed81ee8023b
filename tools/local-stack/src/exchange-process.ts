import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { findFreePorts } from './free-ports.js';
import { startService } from './service.js';

const announcement = z.object({
  graphUrl: z.string(),
  authorityUrl: z.string(),
  caPath: z.string(),
  url: z.string(),
  tenant: z.string(),
  clientId: z.string(),
});

/** The Exchange emulator as a process of its own; `url` is its administration. */
export interface ExchangeProcess extends z.infer<typeof announcement> {
  clientSecret: string;
  pid: number;
  stop(): Promise<void>;
}

const clientSecret = 'local-client-secret';

/** Starts the emulator with https on a free port, as strict and as throttled as the service. */
export async function startExchangeProcess(options: {
  stateDir: string;
  autoProvisionDomains: readonly string[];
  /** Further flags of the emulator. */
  flags?: readonly string[];
}): Promise<ExchangeProcess> {
  const directory = path.join(options.stateDir, 'exchange');
  await mkdir(directory, { recursive: true });
  const [port = 0, httpPort = 0] = await findFreePorts(2);
  const logFile = path.join(directory, 'server.log');
  const entry = createRequire(import.meta.url).resolve('@sterna/exchange-emulator/main');
  const service = await startService({
    name: 'exchange-emulator',
    entry,
    args: [
      ...['--state-dir', directory, '--port', String(port), '--http-port', String(httpPort)],
      ...['--client-secret', clientSecret, '--auto-provision', options.autoProvisionDomains.join(',')],
      ...(options.flags ?? []),
    ],
    env: {},
    logFile,
    healthUrl: `http://127.0.0.1:${httpPort}/_emulator/health`,
  });
  const line = (await readFile(logFile, 'utf8')).split('\n').find((text) => text.startsWith('{'));
  const announced = announcement.parse(JSON.parse(line ?? '{}'));
  return {
    ...announced,
    clientSecret,
    get pid() {
      return service.pid;
    },
    async stop() {
      await service.stop();
    },
  };
}
