import { createServer, type Server, type ServerResponse } from 'node:http';

/** A named check of something that the service needs; throws or resolves to false when it is not there. */
export interface HealthCheck {
  name: string;
  check(): Promise<boolean> | boolean;
}

/** Answers /healthz (the process lives) and /readyz (it can work) for Kubernetes. */
export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on `port` (0 chooses a free one) of all addresses. */
export async function startHealthServer(options: {
  port: number;
  checks: HealthCheck[];
}): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0];
    if (path === '/healthz') answer(response, 200, { status: 'ok' });
    else if (path === '/readyz') void answerReady(response, options.checks);
    else answer(response, 404, { status: 'unknown path; /healthz and /readyz are known' });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, () => {
      resolve();
    });
  });
  return { port: portOf(server), close: () => closeServer(server) };
}

async function answerReady(response: ServerResponse, checks: HealthCheck[]): Promise<void> {
  const results = await Promise.all(checks.map(async (entry) => [entry.name, await passes(entry)] as const));
  const isReady = results.every(([, isOk]) => isOk);
  answer(response, isReady ? 200 : 503, {
    status: isReady ? 'ok' : 'not ready',
    checks: Object.fromEntries(results),
  });
}

async function passes(entry: HealthCheck): Promise<boolean> {
  try {
    return await entry.check();
  } catch {
    return false;
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}
