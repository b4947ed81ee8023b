import { chown, mkdir, readFile, rename, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mailOwner } from './mail-users.js';
import { encodeModifiedUtf7 } from './modified-utf7.js';

/** A flag that IMAP defines, without its backslash. */
export type MailFlag = 'Answered' | 'Deleted' | 'Draft' | 'Flagged' | 'Seen';

/** A message as it shall be in a folder; `raw` has lines that end with LF. */
export interface MaildirMessage {
  raw: Buffer;
  flags: readonly MailFlag[];
  keywords: readonly string[];
  /** Becomes INTERNALDATE, in whole seconds. */
  receivedAt: Date;
}

const letters: Record<MailFlag, string> = {
  Answered: 'R',
  Deleted: 'T',
  Draft: 'D',
  Flagged: 'F',
  Seen: 'S',
};

let written = 0;

/**
 * One folder of a Maildir++ as Dovecot keeps it: a letter for each flag in the file's name, keywords by the
 * letters a to z that `dovecot-keywords` explains, the file's time as INTERNALDATE.
 */
export class MaildirFolder {
  private constructor(
    private readonly directory: string,
    private readonly keywords: string[],
  ) {}

  /**
   * Opens a folder, and makes it when it is new.
   * @param folderPath decoded segments, `['INBOX']` for the inbox itself
   * @throws Error for a segment with a dot or slash, which a Maildir++ cannot hold
   */
  static async open(maildir: string, folderPath: readonly string[]): Promise<MaildirFolder> {
    const directory = path.join(maildir, directoryName(folderPath));
    for (const place of [path.dirname(maildir), maildir, directory]) await makeOwned(place);
    for (const part of ['cur', 'new', 'tmp']) await makeOwned(path.join(directory, part));
    if (directory !== maildir) await writeOwned(path.join(directory, 'maildirfolder'), '');
    const known = await readFile(path.join(directory, 'dovecot-keywords'), 'utf8').catch(() => '');
    const keywords = [...known.matchAll(/^\d+ (.+)$/gm)].map((match) => match[1] ?? '');
    return new MaildirFolder(directory, keywords);
  }

  /** Puts a message into the folder as an old one, with its flags and keywords; resolves to its size on the wire. */
  async add(message: MaildirMessage): Promise<number> {
    const info = message.flags
      .map((flag) => letters[flag])
      .sort()
      .join('');
    const keywordLetters = [];
    for (const keyword of message.keywords) keywordLetters.push(await this.#letterOf(keyword));
    return this.#write(message, 'cur', `:2,${info}${keywordLetters.sort().join('')}`);
  }

  /** Delivers a message as a mail server does, new and without flags; resolves to its size on the wire. */
  async deliver(message: Pick<MaildirMessage, 'raw' | 'receivedAt'>): Promise<number> {
    return this.#write(message, 'new', '');
  }

  async #write(
    message: Pick<MaildirMessage, 'raw' | 'receivedAt'>,
    part: string,
    suffix: string,
  ): Promise<number> {
    const size = wireSize(message.raw);
    const seconds = Math.floor(message.receivedAt.getTime() / 1_000);
    written += 1;
    const unique = `${seconds}.P${process.pid}Q${String(written).padStart(7, '0')}.sterna`;
    const name = `${unique},S=${message.raw.length},W=${size}${suffix}`;
    const temporary = path.join(this.directory, 'tmp', unique);
    await writeOwned(temporary, message.raw);
    await utimes(temporary, seconds, seconds);
    await rename(temporary, path.join(this.directory, part, name));
    return size;
  }

  async #letterOf(keyword: string): Promise<string> {
    if (!this.keywords.includes(keyword)) {
      if (this.keywords.length === 26) throw new Error('a Maildir folder has at most 26 keywords');
      this.keywords.push(keyword);
      const lines = this.keywords.map((known, index) => `${index} ${known}\n`);
      await writeOwned(path.join(this.directory, 'dovecot-keywords'), lines.join(''));
    }
    return String.fromCharCode('a'.charCodeAt(0) + this.keywords.indexOf(keyword));
  }
}

/** The size with lines that end with CRLF, which is what RFC822.SIZE tells. */
export function wireSize(raw: Buffer): number {
  let size = raw.length;
  for (let at = raw.indexOf(10); at !== -1; at = raw.indexOf(10, at + 1)) {
    if (at === 0 || raw[at - 1] !== 13) size += 1;
  }
  return size;
}

function directoryName(folderPath: readonly string[]): string {
  const unfit = folderPath.find((segment) => segment === '' || /[./]/.test(segment));
  if (unfit !== undefined) throw new Error(`a Maildir++ cannot hold the folder name "${unfit}"`);
  const isInbox = folderPath.length === 1 && folderPath[0]?.toUpperCase() === 'INBOX';
  return isInbox ? '' : folderPath.map((segment) => `.${encodeModifiedUtf7(segment)}`).join('');
}

async function makeOwned(directory: string): Promise<void> {
  const made = await mkdir(directory, { recursive: true, mode: 0o755 });
  if (made !== undefined) await chown(directory, mailOwner.uid, mailOwner.gid);
}

async function writeOwned(file: string, content: string | Buffer): Promise<void> {
  await writeFile(file, content, { mode: 0o644 });
  await chown(file, mailOwner.uid, mailOwner.gid);
}
