import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chown, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { debianTree, startInTree } from './debian-tree.js';
import { findFreePorts } from './free-ports.js';
import { mailOwner } from './mail-users.js';
import { passwordBytes, specialLogins } from './special-passwords.js';

const address = z.object({ host: z.string(), port: z.int(), mailRoot: z.string() });

/** How to reach the Courier of the local stack, in plain text. */
export type CourierAddress = z.infer<typeof address>;
export interface RunningCourier extends CourierAddress {
  stop(): Promise<void>;
}

/** Who has a mailbox, and the administrator whom all share theirs with; the passwords are `courierPassword`. */
export const courierUsers = ['terry.adams', 'ann.beebe', 'paul.cannon'] as const;
export const courierAdministrator = 'mailadmin';
export const courierPassword = 'P@ssw0rd "quoted\\"';

/** The Maildir of a user. */
export const courierMaildir = ({ mailRoot }: CourierAddress, name: string): string =>
  path.join(mailRoot, name, 'Maildir');

/**
 * Starts Debian's Courier with virtual shared folders, as Microsoft's article has them for an administrator: the
 * mailboxes are below `#shared.users`. It runs in a tree of its own, for its package conflicts with Dovecot's.
 * @throws Error when the tree was not set up, or nobody is root
 */
export async function startCourier(options: { stateDir: string }): Promise<RunningCourier> {
  const state = path.join(options.stateDir, 'courier');
  const [port = 0] = await findFreePorts(1);
  const mailRoot = path.join(state, 'mail');
  await configure(state);
  const program = 'usr/bin/imapd';
  const running = await startInTree({ name: 'courier', program, state, port, args: [String(port)] });
  return { host: '127.0.0.1', port, mailRoot, stop: () => running.stop(2_000) };
}

async function configure(state: string): Promise<void> {
  const etc = path.join(state, 'etc');
  await mkdir(path.join(etc, 'shared'), { recursive: true });
  const packaged = path.join(debianTree, 'etc', 'courier');
  const daemon = await readFile(path.join(packaged, 'authdaemonrc'), 'utf8');
  await writeFile(
    path.join(etc, 'authdaemonrc'),
    daemon.replace(/^authmodulelist=.*$/m, 'authmodulelist="authuserdb"'),
  );
  await writeFile(path.join(etc, 'imapd.settings'), await imapSettings(packaged));
  const { uid, gid } = mailOwner;
  const account = (name: string, password: string | Buffer): string =>
    `${name}\timappw=${hashOf(password)}|mail=/srv/${name}/Maildir|home=/srv/${name}|gid=${gid}|uid=${uid}\n`;
  const accounts = [
    ...[courierAdministrator, ...courierUsers].map((name) => account(name, courierPassword)),
    ...specialLogins.map((login) => account(login.name, passwordBytes(login))),
  ];
  await writeFile(path.join(etc, 'userdb'), accounts.join(''), { mode: 0o700 });
  const shared = courierUsers.map((name) => `${name}\t${uid}\t${gid}\t/srv/${name}\tMaildir\n`);
  await writeFile(path.join(etc, 'shared', 'index'), 'users\t*\tusers\n');
  await writeFile(path.join(etc, 'shared', 'users'), shared.join(''));
  const names = [courierAdministrator, ...courierUsers, ...specialLogins.map(({ name }) => name)];
  for (const name of names) await makeMaildir(path.join(state, 'mail', name));
}

function hashOf(password: string | Buffer): string {
  return execFileSync('openssl', ['passwd', '-1', '-stdin'], { input: password }).toString().trim();
}

/** Debian's settings, kept under either name by dpkg, without what a test has no use for. */
async function imapSettings(packaged: string): Promise<string> {
  const names = ['imapd', 'imapd.dpkg-new'].map((name) => path.join(packaged, name));
  const file = names.find((name) => existsSync(name));
  if (file === undefined) throw new Error(`${packaged} has no imapd: the tree of Courier is not whole`);
  return `${await readFile(file, 'utf8')}\nIMAP_ACL=1\nIMAP_TLS_REQUIRED=0\n`;
}

async function makeMaildir(home: string): Promise<void> {
  for (const name of ['', 'Maildir', 'Maildir/cur', 'Maildir/new', 'Maildir/tmp']) {
    const directory = path.join(home, name);
    await mkdir(directory, { recursive: true });
    await chown(directory, mailOwner.uid, mailOwner.gid);
  }
}

/** Lets the administrator read all folders of a user; to be called when folders were added. */
export async function shareFolders(courier: CourierAddress, name: string): Promise<void> {
  const maildir = courierMaildir(courier, name);
  const folders = (await readdir(maildir)).filter((entry) => entry.startsWith('.'));
  for (const folder of ['', ...folders]) {
    const files = {
      courierimapacl: `owner aceilrstwx\nadministrators aceilrstwx\nuser=${courierAdministrator} lrs\n`,
      ...(folder !== '' && { maildirfolder: '' }),
    };
    for (const [file, content] of Object.entries(files)) {
      await writeFile(path.join(maildir, folder, file), content);
      await chown(path.join(maildir, folder, file), mailOwner.uid, mailOwner.gid);
    }
  }
}

/** The Courier of the integration tests, from STERNA_TEST_COURIER. */
export function courierFromEnvironment(): CourierAddress {
  const text = process.env['STERNA_TEST_COURIER'];
  if (text === undefined)
    throw new Error('STERNA_TEST_COURIER is not set: run with vitest.integration.config.ts');
  return address.parse(JSON.parse(text));
}
