import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { startProcess, waitUntilReady } from './child-process.js';
import { findFreePorts, isPortOpen } from './free-ports.js';
import { findProgram, workspaceRoot } from './workspace-path.js';

/** A server of the local stack, ready to use. */
export interface RunningServer {
  readonly url: string;
  /** What it is, for people. */
  readonly description: string;
  readonly pid: number | null;
  stop(): Promise<void>;
}

/**
 * A database: the one that `url` names, else a mongod found on PATH, else the embedded server, which loses the
 * last acknowledged writes when it is killed and is for trying out and for tests only.
 */
export async function startMongoDb(options: {
  stateDir: string;
  url?: string | undefined;
}): Promise<RunningServer> {
  if (options.url !== undefined && options.url !== '') {
    return { url: options.url, description: 'MongoDB (given)', pid: null, stop: () => Promise.resolve() };
  }
  const directory = path.join(options.stateDir, 'mongodb');
  await mkdir(directory, { recursive: true });
  const [port = 0] = await findFreePorts(1);
  const mongod = findProgram('mongod');
  const logFile = path.join(directory, 'server.log');
  const running = startProcess({
    name: 'mongodb',
    logFile,
    ...(mongod === null ? embedded(directory, port) : native(mongod, directory, port)),
  });
  await waitUntilReady(running, logFile, () => isPortOpen(port));
  const description = mongod === null ? 'embedded MongoDB server (not for production)' : 'mongod';
  return { url: `mongodb://127.0.0.1:${port}`, description, pid: running.pid, stop: () => running.stop() };
}

function embedded(directory: string, port: number): { command: string; args: string[] } {
  const target = path.join(workspaceRoot, 'tools', 'embedded-mongodb', 'target');
  const classPath = `${path.join(target, 'embedded-mongodb.jar')}:${path.join(target, 'lib', '*')}`;
  const args = ['-Xmx512m', '-XX:+UseSerialGC', '-cp', classPath, 'sterna.EmbeddedMongoDb'];
  return { command: 'java', args: [...args, '127.0.0.1', String(port), path.join(directory, 'store.mv')] };
}

function native(mongod: string, directory: string, port: number): { command: string; args: string[] } {
  return { command: mongod, args: ['--dbpath', directory, '--bind_ip', '127.0.0.1', '--port', String(port)] };
}
