import { describe, expect, it } from 'vitest';
import { isPortOpen } from './free-ports.js';

function portOf(url: string | undefined): number {
  return Number(new URL(url ?? 'none:').port);
}

describe('the servers of the integration tests', () => {
  it('listen', async () => {
    expect(await isPortOpen(portOf(process.env['STERNA_TEST_MONGODB_URL']))).toBe(true);
    expect(await isPortOpen(portOf(process.env['STERNA_TEST_AMQP_URL']))).toBe(true);
    const dovecot: unknown = JSON.parse(process.env['STERNA_TEST_DOVECOT'] ?? 'null');
    expect(dovecot).toMatchObject({ host: '127.0.0.1' });
  });
});
