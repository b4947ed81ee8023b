import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { MongoClient } from 'mongodb';
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
  const logFile = path.join(directory, 'server.log');
  const mongod = findProgram('mongod');
  const program = mongod === null ? embedded(directory, port) : native(mongod, directory, port);
  const running = startProcess({ name: 'mongodb', logFile, ...program });
  await waitUntilReady(running, logFile, () => isPortOpen(port));
  const server = { pid: running.pid, stop: () => running.stop() };
  if (mongod === null) {
    const description = 'embedded MongoDB server (not for production)';
    return { ...server, url: `mongodb://127.0.0.1:${port}`, description };
  }
  await initiateReplicaSet(port);
  const url = `mongodb://127.0.0.1:${port}/?replicaSet=${replicaSet}&w=majority`;
  return { ...server, url, description: 'mongod' };
}

function embedded(directory: string, port: number): { command: string; args: string[] } {
  const target = path.join(workspaceRoot, 'tools', 'embedded-mongodb', 'target');
  const classPath = `${path.join(target, 'embedded-mongodb.jar')}:${path.join(target, 'lib', '*')}`;
  // a thread serves several connections, one command after another: with few, a long command of one service keeps
  // the driver's monitor in another from its answer, and that breaks off all that runs
  const options = ['-Xmx1g', '-XX:+UseSerialGC', '-Dio.netty.eventLoopThreads=256'];
  const args = [...options, '-cp', classPath, 'sterna.EmbeddedMongoDb'];
  return { command: 'java', args: [...args, '127.0.0.1', String(port), path.join(directory, 'store.mv')] };
}

const replicaSet = 'sterna';

function native(mongod: string, directory: string, port: number): { command: string; args: string[] } {
  const place = ['--dbpath', directory, '--bind_ip', '127.0.0.1', '--port', String(port), '--nounixsocket'];
  return { command: mongod, args: [...place, '--replSet', replicaSet, '--wiredTigerCacheSizeGB', '0.25'] };
}

/** Makes a new mongod the only member of its replica set; the driver then waits until it takes writes. */
async function initiateReplicaSet(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  try {
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await client.db('admin').command({ replSetInitiate: { _id: replicaSet, members } });
  } finally {
    await client.close();
  }
}
