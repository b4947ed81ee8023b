import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createSternaClient } from './sterna-client.js';

let server: Server | null = null;
afterEach(() => {
  server?.close();
  server = null;
});

/** Answers each connection with the next of the scripts; says what was asked. */
async function serve(scripts: { status: number; type: string; body: string }[]) {
  const asked: (string | undefined)[] = [];
  const started = createServer((request, response) => {
    const script = scripts[asked.length];
    asked.push(String(request.headers['last-event-id'] ?? ''));
    response.writeHead(script?.status ?? 500, { 'Content-Type': script?.type ?? 'text/plain' });
    response.end(script?.body ?? '');
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    asked,
    client: createSternaClient({ baseUrl: `http://127.0.0.1:${port}/`, apiKey: 'k', tenantId: 't' }),
  };
}

const stream = (body: string) => ({ status: 200, type: 'text/event-stream', body });

describe('watching a batch', () => {
  it('goes on after a broken stream with the id of the last event, until the batch is removed', async () => {
    const { asked, client } = await serve([
      stream('retry: 1\n\nid: a1\nevent: progress\ndata: {"at":"","batch":{},"users":[]}\n\n'),
      stream('id: removed\nevent: removed\ndata: {}\n\n'),
    ]);
    const kinds: string[] = [];
    for await (const event of client.watchBatch('B')) kinds.push(event.kind);
    expect(kinds).toEqual(['progress', 'removed']);
    expect(asked).toEqual(['', 'a1']);
  });

  it('throws the problem of a batch that is not there', async () => {
    const problem = { code: 'notFound', detail: 'The migration batch "B" couldn\'t be found.', status: 404 };
    const { client } = await serve([
      { status: 404, type: 'application/problem+json', body: JSON.stringify(problem) },
    ]);
    await expect(client.watchBatch('B').next()).rejects.toMatchObject({ problem });
  });
});
