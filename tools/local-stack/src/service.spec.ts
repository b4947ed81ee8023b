import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findFreePorts, isPortOpen } from './free-ports.js';
import { startService } from './service.js';

let directory: string;
let port: number;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sterna-service-'));
  [port = 0] = await findFreePorts(1);
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function options(program: string) {
  const entry = path.join(directory, 'main.mjs');
  await writeFile(entry, program);
  const healthUrl = `http://127.0.0.1:${port}/healthz`;
  return {
    name: 'tern',
    entry,
    healthUrl,
    logFile: path.join(directory, 'log'),
    env: { PORT: String(port) },
  };
}

const healthy = `import { createServer } from 'node:http';
const server = createServer((request, response) => response.end(request.url)).listen(process.env.PORT, '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(3)));`;

describe('startService', () => {
  it('waits until the service is healthy, and stops it by SIGTERM', async () => {
    const service = await startService(await options(healthy));
    expect(await isPortOpen(port)).toBe(true);
    expect(await service.stop()).toBe(3);
    expect(await isPortOpen(port)).toBe(false);
  });

  it('kills it as a crash would, and starts it again as another process', async () => {
    const service = await startService(await options(healthy));
    const before = service.pid;
    await service.kill();
    expect(await isPortOpen(port)).toBe(false);
    await service.restart();
    expect(service.pid).not.toBe(before);
    expect(await isPortOpen(port)).toBe(true);
    await service.stop();
  });

  it('says what a service that does not start wrote last', async () => {
    const starting = startService(await options(`console.log('no database here'); process.exit(1);`));
    await expect(starting).rejects.toThrow(/tern ended before it was ready[^]*no database here/);
  });
});
