import { connect, createServer } from 'node:net';

/** Stands before an IMAP server in plain text and holds one command back. */
export interface CommandGate {
  readonly port: number;
  /** Resolves when the command has come. */
  readonly reached: Promise<void>;
  /** Lets the command through, and everything from then on. */
  release(): void;
  stop(): Promise<void>;
}

/**
 * Starts a gate on a free port.
 * @param held the command, as the client sends it, for whose `times`th coming everything waits
 */
export async function startCommandGate(
  to: { host: string; port: number },
  held: RegExp,
  times = 1,
): Promise<CommandGate> {
  const reached: PromiseWithResolvers<void> = Promise.withResolvers();
  const released: PromiseWithResolvers<void> = Promise.withResolvers();
  const ends = new Set<() => void>();
  let come = 0;
  const server = createServer((client) => {
    const upstream = connect(to);
    const end = (): void => {
      client.destroy();
      upstream.destroy();
      ends.delete(end);
    };
    ends.add(end);
    for (const socket of [client, upstream]) socket.on('error', end).on('close', end);
    upstream.pipe(client);
    let passing = Promise.resolve();
    client.on('data', (data: Buffer) => {
      if (held.test(data.toString('latin1'))) {
        come += 1;
        if (come === times) {
          reached.resolve();
          passing = released.promise;
        }
      }
      passing = passing.then(() => {
        upstream.write(data);
      });
    });
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return {
    port: address.port,
    reached: reached.promise,
    release: () => released.resolve(),
    async stop() {
      released.resolve();
      for (const end of ends) end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
