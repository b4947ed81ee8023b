import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DebianTree } from './debian-tree.mjs';

/** The top of the checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..');

/** With the servers that conflict with Dovecot as packages. */
const treeOf = (run) => new DebianTree(path.join(root, '.tools', 'courier'), run);

/** `npm ci`, unless node_modules was made from this very lockfile. */
export async function installNpmPackages(run) {
  const lockFile = path.join(root, 'package-lock.json');
  const lock = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  const stamp = path.join(root, 'node_modules', '.sterna-lockfile');
  if (existsSync(stamp) ? readFileSync(stamp, 'utf8') === lock : wasInstalledByHand(lockFile)) return 0;
  const code = await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  if (code === 0) writeFileSync(stamp, lock);
  return code;
}

/** npm writes its own record of what it installed as the last thing, so it is newer than the lockfile. */
function wasInstalledByHand(lockFile) {
  const record = path.join(root, 'node_modules', '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Whether a program can be found on PATH or in Debian's places for servers. */
function findProgram(name) {
  const places = [
    ...(process.env.PATH ?? '').split(path.delimiter),
    '/usr/sbin',
    '/usr/lib/rabbitmq/bin',
    '/sbin',
  ];
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file)) ?? null;
}

const needsEmbeddedMongoDb = () => !process.env.STERNA_MONGODB_URL && findProgram('mongod') === null;

/** The embedded database is compiled here and needs a compiler of Java 17 or later. */
function hasJavaCompiler() {
  const javac = findProgram('javac');
  if (javac === null) return false;
  const { stdout } = spawnSync(javac, ['-version'], { encoding: 'utf8' });
  return Number(/javac (\d+)/.exec(stdout)?.[1] ?? 0) >= 17;
}

/** Debian has python3 without the pip that a virtual environment needs. */
function hasPythonVenv() {
  return spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
}

/** Debian's packages that are missing for the servers of the local stack. */
function missingPackages(command) {
  const missing = [];
  if (command === 'fuzz' && !hasPythonVenv()) missing.push('python3-venv');
  if (findProgram('dovecot') === null) missing.push('dovecot-imapd');
  if (command === 'test') {
    if (!treeOf().isMade && findProgram('debootstrap') === null) missing.push('debootstrap');
    missing.push(...['zsh', 'fish'].filter((shell) => findProgram(shell) === null));
  }
  if (findProgram('openssl') === null) missing.push('openssl');
  if (!process.env.STERNA_AMQP_URL && findProgram('rabbitmq-server') === null)
    missing.push('rabbitmq-server');
  if (needsEmbeddedMongoDb()) {
    if (!hasJavaCompiler()) missing.push('default-jdk-headless');
    if (findProgram('mvn') === null) missing.push('maven');
  }
  return missing;
}

/** Installs what is missing of the servers, then builds the embedded database once. */
export async function installServers(run, command) {
  const missing = missingPackages(command);
  if (missing.length > 0) {
    const code = await installDebianPackages(run, missing);
    if (code !== 0) return code;
  }
  const code = command === 'test' ? await treeOf(run).make() : 0;
  if (code !== 0) return code;
  return needsEmbeddedMongoDb() ? buildEmbeddedMongoDb(run) : 0;
}

async function installDebianPackages(run, packages) {
  if (findProgram('apt-get') === null) {
    console.error(`missing programs; install what Debian calls: ${packages.join(' ')}`);
    return 1;
  }
  console.error(`Sterna: installing ${packages.join(', ')}`);
  const sudo = process.getuid() === 0 ? [] : ['sudo'];
  // in run level 1 nothing that is installed is started as a service of the system
  const environment = ['env', 'DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
  const asRoot = (...command) => {
    const [program, ...args] = [...sudo, ...environment, ...command];
    return run(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  };
  const apt = ['apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300'];
  const updated = await asRoot(...apt, 'update');
  if (updated !== 0) return updated;
  const installed = await asRoot(...apt, 'install', '-y', '--no-install-recommends', ...packages);
  if (installed !== 0) return installed;
  return keepServicesOff(asRoot, packages);
}

/** What systemd started of the new packages is stopped again; what ran before was not among them. */
async function keepServicesOff(asRoot, packages) {
  if (!existsSync('/run/systemd/system')) return 0;
  const services = [];
  if (packages.includes('dovecot-imapd')) services.push('dovecot.socket', 'dovecot.service');
  if (packages.includes('rabbitmq-server')) services.push('rabbitmq-server.service');
  for (const service of services) await asRoot('systemctl', '--quiet', 'disable', '--now', service);
  return 0;
}

async function buildEmbeddedMongoDb(run) {
  const project = path.join(root, 'tools', 'embedded-mongodb');
  const stamp = path.join(project, 'target', 'stamp');
  const folder = path.join('src', 'main', 'java', 'sterna');
  const sources = readdirSync(path.join(project, folder)).sort();
  const hash = createHash('sha256');
  for (const file of ['pom.xml', ...sources.map((name) => path.join(folder, name))]) {
    hash.update(readFileSync(path.join(project, file)));
  }
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return 0;
  const code = await run('mvn', ['-q', '-B', '-f', path.join(project, 'pom.xml'), 'package']);
  if (code === 0) writeFileSync(stamp, wanted);
  return code;
}
