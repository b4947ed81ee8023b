import { join } from 'node:path';
import { type ExchangeEmulator, startExchangeEmulator } from '@sterna/exchange-emulator';
import { findFreePorts } from './free-ports.js';

/** Addresses of this domain have a mailbox as soon as somebody asks for it. */
export const testMailDomain = 'test.example';

/**
 * The Exchange emulator for tests, over plain http with its uploads on another host name. Its tokens last an
 * hour; DELETE /_emulator/tokens ends them.
 */
export async function startExchangeServer(options: {
  stateDir: string;
}): Promise<ExchangeEmulator & { stop: () => Promise<void> }> {
  const [httpPort] = await findFreePorts(1);
  const emulator = await startExchangeEmulator({
    stateDirectory: join(options.stateDir, 'exchange'),
    ...(httpPort === undefined ? {} : { httpPort, uploadUrl: `http://localhost:${httpPort}` }),
    autoProvisionDomains: [testMailDomain],
  });
  return { ...emulator, stop: emulator.close };
}
