import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** For the packages of Cyrus while they wait, and then what says that they are all there. */
const waiting = path.join('var', 'cache', 'sterna');
const finished = path.join(waiting, 'finished');

/**
 * Courier and Cyrus conflict with Dovecot as packages, so the tests have both in a tree of Debian of their own, made
 * once.
 */
export class DebianTree {
  constructor(directory, run) {
    this.directory = directory;
    this.run = run;
    this.sudo = process.getuid() === 0 ? [] : ['sudo'];
  }

  get isMade() {
    return existsSync(this.directory);
  }

  /** @returns the exit code */
  async make() {
    const code = this.isMade ? 0 : await this.#makeWithCourier();
    if (code !== 0 || existsSync(path.join(this.directory, finished))) return code;
    return this.#addCyrus();
  }

  /** Made under another name first, so that one that was cut off is not taken for whole. */
  async #makeWithCourier() {
    console.error('Sterna: making a tree of Debian with Courier IMAP');
    const unfinished = `${this.directory}.${process.pid}`;
    mkdirSync(path.dirname(this.directory), { recursive: true });
    const options = ['--variant=minbase', '--include=courier-imap,courier-authlib-userdb,dma'];
    const code = await this.#asRoot('debootstrap', ...options, 'bookworm', unfinished, debianMirror());
    return code === 0 ? this.#asRoot('mv', unfinished, this.directory) : code;
  }

  /**
   * Cyrus conflicts with Courier as well, but only by its name: the files are in different places. This machine's apt
   * says what the tree lacks and loads it; the tree's own dpkg installs it, and may be told to again.
   */
  async #addCyrus() {
    console.error('Sterna: adding Cyrus IMAP to the tree');
    const archives = path.join(this.directory, waiting);
    const places = {
      'Dir::State::status': path.join(this.directory, 'var/lib/dpkg/status'),
      'Dir::State::extended_states': path.join(archives, 'extended_states'),
      'Dir::Cache::archives': `${archives}/`,
      'Dir::Cache::pkgcache': '',
      'Dir::Cache::srcpkgcache': '',
    };
    const options = Object.entries(places).flatMap(([name, place]) => ['-o', `${name}=${place}`]);
    const load = ['apt-get', '-q', '-y', '--download-only', '--no-install-recommends', ...options, 'install'];
    const steps = [
      () => this.#asRoot('mkdir', '-p', path.join(archives, 'partial')),
      () => this.#load([...load, 'cyrus-imapd', 'sasl2-bin', 'libsasl2-modules']),
      () => this.#install(archives),
      () => this.#asRoot('find', archives, '-name', '*.deb', '-delete'),
      () => this.#asRoot('touch', path.join(this.directory, finished)),
    ];
    for (const step of steps) {
      const code = await step();
      if (code !== 0) return code;
    }
    return 0;
  }

  /** The lists of packages may be missing, or older than the mirror. */
  async #load(command) {
    if ((await this.#asRoot(...command)) === 0) return 0;
    const code = await this.#asRoot('apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', 'update');
    return code === 0 ? this.#asRoot(...command) : code;
  }

  /** Nothing is started: without an init system Debian's scripts leave services alone. */
  #install(archives) {
    const packages = readdirSync(archives).filter((name) => name.endsWith('.deb'));
    const files = packages.map((name) => path.join('/', waiting, name));
    const force = ['depends', 'conflicts', 'overwrite', 'unsafe-io'].map((what) => `--force-${what}`);
    const environment = ['env', 'DEBIAN_FRONTEND=noninteractive'];
    return this.#asRoot(...environment, 'chroot', this.directory, 'dpkg', ...force, '--install', ...files);
  }

  async #asRoot(...command) {
    const [program, ...args] = [...this.sudo, ...command];
    const log = `${this.directory}.log`;
    const output = openSync(log, 'a');
    const code = await this.run(program, args, { stdio: ['ignore', output, output] });
    if (code !== 0) console.error(`${command[0]} failed (exit code ${code}); its log is ${log}`);
    return code;
  }
}

/** The mirror that this machine's apt uses. */
function debianMirror() {
  const { stdout } = spawnSync(
    'apt-get',
    ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'],
    {
      encoding: 'utf8',
    },
  );
  const uris = (stdout ?? '').split('\n').filter((uri) => /^https?:.*\/debian\/?$/.test(uri));
  return uris[0] ?? 'http://deb.debian.org/debian';
}
