import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';

const host = '127.0.0.1';

/**
 * Below the ports that the kernel gives to connections by itself (from 32768 on Linux): one of those, found free, may
 * be the near end of somebody's connection by the time that a server wants to listen on it.
 */
const lowestPort = 12_000;
const highestPort = 30_000;
const mostTries = 1_000;

/** Given out by this process; what asked for one may be slow to listen on it. */
const given = new Set<number>();

/** Finds `count` different ports of the loopback address that nothing listens on; none is found twice. */
export async function findFreePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  for (let tries = 0; ports.length < count; tries += 1) {
    if (tries === mostTries + count)
      throw new Error(`no free port between ${lowestPort} and ${highestPort} on ${host}`);
    const port = randomInt(lowestPort, highestPort);
    if (given.has(port)) continue;
    given.add(port);
    if (await isPortFree(port)) ports.push(port);
  }
  return ports;
}

/** Whether nothing listens on a port of the loopback address. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

/** Whether something accepts connections on a port of the loopback address. */
export function isPortOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
