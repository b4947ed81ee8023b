import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import path from 'node:path';
import { userInfo } from 'node:os';

/** A user of the local Dovecot. */
export interface MailUser {
  name: string;
  password: string;
  /** The octets of the password where they are not those of UTF-8. */
  charset?: 'utf8' | 'latin1';
}

const isRoot = process.getuid?.() === 0;

/** The Unix user that owns the mail: Debian's `mail` when root runs the stack, else whoever runs it. */
export const mailOwner = isRoot ? { uid: 8, gid: 8 } : { uid: userInfo().uid, gid: userInfo().gid };

/** Who runs Dovecot, or null for root. */
export const unprivileged = isRoot ? null : { user: userInfo().username, group: ownGroup() };

function ownGroup(): string {
  return execFileSync('id', ['-gn'], { encoding: 'utf8' }).trim();
}

/** Dovecot looks at a passwd-file again only when the second has changed since it last looked. */
const rereadMs = 1_100;

/** The users of a Dovecot, a passwd-file for each, so that several processes can add users at once. */
export class MailUsers {
  constructor(
    readonly usersDir: string,
    readonly mailRoot: string,
  ) {}

  /** Makes a user, or changes the password of one; resolves when Dovecot knows. */
  async setUser(user: MailUser): Promise<void> {
    if (/[:\s/]/.test(user.name))
      throw new Error(`${user.name}: no colon, space or slash can be in a name of the local Dovecot`);
    const file = path.join(this.usersDir, user.name);
    const isChange = existsSync(file);
    const home = path.join(this.mailRoot, user.name);
    const password = Buffer.from(user.password, user.charset).toString('base64');
    const account = `{PLAIN.b64}${password}:${mailOwner.uid}:${mailOwner.gid}::${home}::`;
    await writeFile(`${file}.new`, `${user.name}:${account}\n`, { mode: 0o644 });
    await rename(`${file}.new`, file);
    if (isChange) await pause(rereadMs);
  }

  /** The Maildir of a user. */
  maildirOf(name: string): string {
    return path.join(this.mailRoot, name, 'Maildir');
  }
}
