import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

const stampFile = path.join(root, '.local', 'npm-stamp');

/** `npm ci`, unless node_modules was made from this very lockfile. */
export async function installNpmPackages(run) {
  const lock = createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
  const isCurrent =
    existsSync(path.join(root, 'node_modules', '.bin', 'nx')) &&
    existsSync(stampFile) &&
    readFileSync(stampFile, 'utf8') === lock;
  if (isCurrent) return 0;
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code === 0) {
    mkdirSync(path.dirname(stampFile), { recursive: true });
    writeFileSync(stampFile, lock);
  }
  return code;
}

/** Whether a program can be found on PATH or in Debian's places for servers. */
export function findProgram(name) {
  const places = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/lib/rabbitmq/bin',
    '/sbin',
  ];
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file)) ?? null;
}

/** Debian's packages that are missing for the servers of the local stack. */
export function missingPackages() {
  const wanted = [
    { program: 'dovecot', package: 'dovecot-imapd' },
    { program: 'openssl', package: 'openssl' },
  ];
  if (!process.env.STERNA_AMQP_URL) wanted.push({ program: 'rabbitmq-server', package: 'rabbitmq-server' });
  if (!process.env.STERNA_MONGODB_URL && findProgram('mongod') === null) {
    wanted.push({ program: 'javac', package: 'default-jdk-headless' }, { program: 'mvn', package: 'maven' });
  }
  return wanted.filter((entry) => findProgram(entry.program) === null).map((entry) => entry.package);
}

/** Installs what is missing of the servers, then builds the embedded database once. */
export async function installServers(run) {
  const missing = missingPackages();
  if (missing.length > 0) {
    const code = await installDebianPackages(run, missing);
    if (code !== 0) return code;
  }
  if (process.env.STERNA_MONGODB_URL || findProgram('mongod') !== null) return 0;
  return buildEmbeddedMongoDb(run);
}

async function installDebianPackages(run, packages) {
  if (findProgram('apt-get') === null) {
    console.error(`missing programs; install what Debian calls: ${packages.join(' ')}`);
    return 1;
  }
  const sudo = process.getuid?.() === 0 ? [] : ['sudo'];
  const apt = [...sudo, 'env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1', 'apt-get'];
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] };
  const [program, ...args] = apt;
  console.error(`Sterna: installing ${packages.join(', ')}`);
  const updated = await run(program, [...args, 'update', '-q'], quiet);
  if (updated !== 0) return updated;
  return run(program, [...args, 'install', '-y', '-q', '--no-install-recommends', ...packages], quiet);
}

async function buildEmbeddedMongoDb(run) {
  const project = path.join(root, 'tools', 'embedded-mongodb');
  const stamp = path.join(project, 'target', 'stamp');
  const sources = ['pom.xml', 'src/main/java/sterna/EmbeddedMongoDb.java'];
  const hash = createHash('sha256');
  for (const file of sources) hash.update(readFileSync(path.join(project, file)));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 0;
  const code = await run('mvn', ['-q', '-B', '-f', path.join(project, 'pom.xml'), 'package']);
  if (code === 0) writeFileSync(stamp, wanted);
  return code;
}
