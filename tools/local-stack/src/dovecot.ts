import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startProcess, waitUntilReady } from './child-process.js';
import {
  dovecotConfiguration,
  type DovecotOAuth,
  dovecotOAuthConfiguration,
} from './dovecot-configuration.js';
import { findFreePorts, isPortOpen } from './free-ports.js';
import { mailOwner, type MailUser, MailUsers, unprivileged } from './mail-users.js';
import { findProgram } from './workspace-path.js';

/** How to reach a Dovecot of the local stack: plain text or STARTTLS on `port`, TLS on `tlsPort`. */
export interface DovecotAddress {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  /** PEM file of the certificate that it shows, which is its own authority, for `localhost` and 127.0.0.1. */
  readonly caPath: string;
  readonly mailRoot: string;
  /** Has a passwd-file for each user: see MailUsers. */
  readonly usersDir: string;
}

/** A Dovecot of the local stack. */
export interface RunningDovecot extends DovecotAddress {
  /** What it logs: each login with its SASL mechanism, for one. */
  readonly logPath: string;
  /** Makes a user, or changes the password of one. */
  setUser(user: MailUser): Promise<void>;
  /** The Maildir of a user. */
  maildirOf(name: string): string;
  stop(): Promise<void>;
}

/** What a Dovecot is to be like. */
export interface DovecotOptions {
  stateDir: string;
  users?: readonly MailUser[];
  /** Free ports when they are not given. */
  port?: number;
  tlsPort?: number;
  /** Between the names of nested folders; `.` unless given. */
  separator?: '.' | '/';
  /** How mail is kept; Maildir unless given. */
  format?: 'maildir' | 'mdbox';
  /** Someone who may log in as `<user>*<name>` with the password given here. */
  masterUser?: MailUser;
  /** Lets users in by XOAUTH2 and OAUTHBEARER too. */
  oauth?: DovecotOAuth;
}

/** Starts Debian's Dovecot with directories of its own. */
export async function startDovecot(options: DovecotOptions): Promise<RunningDovecot> {
  const command = findProgram('dovecot');
  if (command === null) throw new Error('dovecot is not installed (Debian: dovecot-imapd)');
  const [freePort = 0, freeTlsPort = 0] = await findFreePorts(2);
  const { port = freePort, tlsPort = freeTlsPort } = options;
  const directory = await prepareDirectory(options.stateDir);
  const users = new MailUsers(path.join(directory, 'users'), path.join(directory, 'mail'));
  await mkdir(users.usersDir, { recursive: true });
  await Promise.all((options.users ?? []).map((user) => users.setUser(user)));
  const mastersFile = await writeMasters(directory, options.masterUser);
  const oauthFile = await writeOAuth(directory, options.oauth);
  const configurationFile = path.join(directory, 'dovecot.conf');
  const { usersDir } = users;
  const separator = options.separator ?? '.';
  await writeFile(
    configurationFile,
    dovecotConfiguration({
      ...{ directory, port, tlsPort, usersDir, mastersFile, separator, oauthFile, unprivileged },
      format: options.format ?? 'maildir',
    }),
  );
  const caPath = makeCertificate(directory);
  const logFile = path.join(options.stateDir, 'dovecot-process.log');
  const args = ['-F', '-c', configurationFile];
  const running = startProcess({ name: 'dovecot', command, args, logFile, deathSignal: 'SIGTERM' });
  await waitUntilReady(running, logFile, () => isPortOpen(port));
  return {
    ...{ host: '127.0.0.1', port, tlsPort, caPath, mailRoot: users.mailRoot, usersDir },
    logPath: path.join(directory, 'dovecot.log'),
    setUser: (user) => users.setUser(user),
    maildirOf: (name) => users.maildirOf(name),
    async stop() {
      await running.stop();
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** The longest directory that leaves room for the names of Dovecot's sockets (unix(7): 107 bytes). */
const longestDirectory = 70;

/**
 * Dovecot's processes run as users of their own, who cannot enter a checkout in /root: its files are then in the
 * directory for temporary files.
 */
async function prepareDirectory(stateDir: string): Promise<string> {
  await mkdir(stateDir, { recursive: true });
  const wanted = path.join(stateDir, 'dovecot');
  const isUsable =
    wanted.length <= longestDirectory && (unprivileged !== null || (await canAnyoneEnter(stateDir)));
  const directory = isUsable ? wanted : await mkdtemp(path.join(tmpdir(), 'sterna-dovecot-'));
  await mkdir(path.join(directory, 'mail'), { recursive: true });
  await chmod(directory, 0o755);
  await chown(path.join(directory, 'mail'), mailOwner.uid, mailOwner.gid);
  return directory;
}

async function canAnyoneEnter(directory: string): Promise<boolean> {
  const { mode } = await stat(directory);
  if ((mode & 0o001) === 0) return false;
  const parent = path.dirname(directory);
  return parent === directory || canAnyoneEnter(parent);
}

async function writeMasters(directory: string, master: MailUser | undefined): Promise<string | null> {
  if (master === undefined) return null;
  const file = path.join(directory, 'masters');
  await writeFile(file, `${master.name}:{PLAIN}${master.password}\n`);
  return file;
}

async function writeOAuth(directory: string, oauth: DovecotOAuth | undefined): Promise<string | null> {
  if (oauth === undefined) return null;
  const file = path.join(directory, 'oauth2.conf.ext');
  await writeFile(file, dovecotOAuthConfiguration(oauth));
  return file;
}

function makeCertificate(directory: string): string {
  const certificate = path.join(directory, 'certificate.pem');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', path.join(directory, 'key.pem'), '-out', certificate];
  execFileSync('openssl', ['req', '-x509', ...key, ...subject, ...files], { stdio: 'ignore' });
  return certificate;
}
