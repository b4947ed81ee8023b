import { connect, createServer, type Socket } from 'node:net';

/** Stands before a server, so that a test can break the connections to it. */
export interface TcpProxy {
  readonly port: number;
  /** Breaks all connections; new ones are refused for so long. */
  cut(awayMs: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Listens on a free port of the loopback address and passes everything on. With `cutAfterBytes` it breaks each
 * connection once the server has sent so much on it.
 */
export async function startTcpProxy(
  to: { host: string; port: number },
  options: { cutAfterBytes?: number } = {},
): Promise<TcpProxy> {
  const { cutAfterBytes = Infinity } = options;
  const sockets = new Set<Socket>();
  let isAway = false;
  const server = createServer((client) => {
    if (isAway) {
      client.destroy();
      return;
    }
    const upstream = connect(to);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    let sentBytes = 0;
    upstream.on('data', (piece) => {
      sentBytes += piece.length;
      if (sentBytes > cutAfterBytes) client.destroy();
    });
    client.pipe(upstream).pipe(client);
  });
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    port: address.port,
    async cut(awayMs) {
      isAway = true;
      breakAll();
      await new Promise((resolve) => setTimeout(resolve, awayMs));
      isAway = false;
    },
    async stop() {
      breakAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
