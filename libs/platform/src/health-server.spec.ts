import { afterEach, describe, expect, it } from 'vitest';
import { type HealthServer, startHealthServer } from './health-server.js';

let server: HealthServer | null = null;
afterEach(() => server?.close());

async function statusOf(path: string, check: () => boolean): Promise<number> {
  server = await startHealthServer({ port: 0, checks: [{ name: 'broker', check }] });
  return (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
}

describe('the health server', () => {
  it('says that the process lives', async () => {
    expect(await statusOf('/healthz', () => false)).toBe(200);
  });

  it.each([
    [200, () => true],
    [503, () => false],
    [
      503,
      () => {
        throw new Error('gone');
      },
    ],
  ])('answers %d for what a check finds', async (status, check) => {
    expect(await statusOf('/readyz', check)).toBe(status);
  });
});
