import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { findFreePorts, isPortFree, isPortOpen } from './free-ports.js';

describe('findFreePorts', () => {
  it('finds different ports that nothing listens on', async () => {
    const ports = await findFreePorts(20);
    expect(new Set(ports).size).toBe(20);
    expect(await Promise.all(ports.map(isPortFree))).toEqual(ports.map(() => true));
  });

  it('gives no port to two who ask at once', async () => {
    const found = await Promise.all(Array.from({ length: 50 }, () => findFreePorts(2)));
    expect(new Set(found.flat()).size).toBe(100);
  });

  it('tells a port in use from a free one', async () => {
    const [port = 0] = await findFreePorts(1);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port }, resolve));
    expect([await isPortFree(port), await isPortOpen(port)]).toEqual([false, true]);
    await new Promise((resolve) => server.close(resolve));
    expect([await isPortFree(port), await isPortOpen(port)]).toEqual([true, false]);
  });
});
