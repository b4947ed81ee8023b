import { execFileSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startProcess, waitUntilReady } from './child-process.js';
import { dovecotConfiguration } from './dovecot-configuration.js';
import { findFreePorts, isPortOpen } from './free-ports.js';
import { findProgram } from './workspace-path.js';

/** A user of the local Dovecot. */
export interface MailUser {
  name: string;
  password: string;
}

/** A Dovecot of the local stack, with plain text or STARTTLS on `port` and TLS on `tlsPort`. */
export interface RunningDovecot {
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  /** PEM file of the certificate that it shows, for `localhost` and 127.0.0.1. */
  readonly certificateFile: string;
  /** Makes a user, or changes the password of one. */
  setUser(user: MailUser): Promise<void>;
  /** The Maildir of a user. */
  maildirOf(name: string): string;
  stop(): Promise<void>;
}

/** The Unix user that owns the mail: Debian's `mail`. */
export const mailOwner = { uid: 8, gid: 8 };

/** Starts Debian's Dovecot with ports and directories of its own. */
export async function startDovecot(options: {
  stateDir: string;
  separator?: string;
  users?: MailUser[];
}): Promise<RunningDovecot> {
  const command = findProgram('dovecot');
  if (command === null) throw new Error('dovecot is not installed (Debian: dovecot-imapd)');
  const directory = path.join(options.stateDir, 'dovecot');
  const mailRoot = path.join(directory, 'mail');
  await mkdir(mailRoot, { recursive: true });
  await chown(mailRoot, mailOwner.uid, mailOwner.gid);
  for (const place of [options.stateDir, directory]) await chmod(place, 0o755);
  const [port = 0, tlsPort = 0] = await findFreePorts(2);
  const certificateFile = makeCertificate(directory);
  const usersFile = path.join(directory, 'users');
  const users = new Map((options.users ?? []).map((user) => [user.name, user]));
  const saveUsers = () =>
    writeFile(usersFile, [...users.values()].map((user) => userLine(user, mailRoot)).join(''));
  await saveUsers();
  const configurationFile = path.join(directory, 'dovecot.conf');
  const settings = { directory, port, tlsPort, usersFile, separator: options.separator ?? '.' };
  await writeFile(configurationFile, dovecotConfiguration(settings));
  const logFile = path.join(directory, 'process.log');
  const running = startProcess({ name: 'dovecot', command, args: ['-F', '-c', configurationFile], logFile });
  await waitUntilReady(running, logFile, () => isPortOpen(port));
  return {
    host: '127.0.0.1',
    port,
    tlsPort,
    certificateFile,
    async setUser(user) {
      users.set(user.name, user);
      await saveUsers();
    },
    maildirOf: (name) => path.join(mailRoot, name, 'Maildir'),
    stop: () => running.stop(),
  };
}

function userLine(user: MailUser, mailRoot: string): string {
  const home = path.join(mailRoot, user.name);
  return `${user.name}:{PLAIN}${user.password}:${mailOwner.uid}:${mailOwner.gid}::${home}::\n`;
}

function makeCertificate(directory: string): string {
  const certificate = path.join(directory, 'certificate.pem');
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const files = ['-keyout', path.join(directory, 'key.pem'), '-out', certificate];
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', ...subject, ...files],
    {
      stdio: 'ignore',
    },
  );
  return certificate;
}
