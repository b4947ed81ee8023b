import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { MigrationError } from '@sterna/domain';
import { emulatedMessage, ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { ImapSession } from './imap-session.js';

/** Answers of real servers as others recorded them; they are no part of this project. */
const root = process.env['IMAP_TRANSCRIPTS'] ?? '../shared/imap-transcripts';
const recordings = existsSync(root)
  ? readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.txt'))
  : [];
const logger = createLogger({ service: 'test', level: 'silent' });

/** The command that an answer belongs to, by the name of its file; null for what this project never asks. */
function commandOf(file: string): string | null {
  const name = path.basename(file, '.txt');
  const kinds: [RegExp, string][] = [
    [/greeting/, 'greeting'],
    [/^capabilit/, 'CAPABILITY'],
    [/^auth/, 'LOGIN'],
    [/^namespace/, 'NAMESPACE'],
    [/^list(-|$)/, 'LIST'],
    [/^xlist/, 'XLIST'],
    [/^select|^examine|\.examine/, 'EXAMINE'],
    [/^search/, 'UID SEARCH'],
    [/^fetch|^get|^headers/, 'UID FETCH'],
    [/^status/, 'STATUS'],
  ];
  return kinds.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** With the line ends of IMAP; recordings have `A########` where the tag was. */
const read = (file: string): string =>
  readFileSync(path.join(root, file), 'latin1').replace(/\r?\n/g, '\r\n').replaceAll('A########', '{tag}');

let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

const messages = [1, 2, 3].map((uid) => emulatedMessage(uid));

/** A server that gives a recorded answer once, and is well-behaved before and after. */
function serverWith(file: string): ImapEmulatorOptions {
  const wanted = commandOf(file);
  const text = read(file);
  const folders = [{ name: 'INBOX', uidValidity: 3, messages }];
  const capabilities = wanted === 'XLIST' ? ['IMAP4rev1', 'XLIST'] : ['IMAP4rev1'];
  if (wanted === 'greeting') return { folders, greeting: text.split('\r\n')[0] ?? '' };
  let isSaid = false;
  return {
    folders,
    capabilities,
    react: (command) => {
      const isAsked =
        wanted === null
          ? command.name === 'UID FETCH'
          : command.name === wanted && (!wanted.endsWith('LIST') || command.text.includes('"*"'));
      if (isSaid || !isAsked) return null;
      isSaid = true;
      const untagged = text.split('\r\n').filter((line) => line !== '' && !line.startsWith('{tag}'));
      if (wanted === null) return { kind: 'saySomethingFirst', text: `${untagged.join('\r\n')}\r\n` };
      return { kind: 'say', text: text.includes('{tag} ') ? text : `${text}{tag} OK done\r\n` };
    },
  };
}

/** What came of a step: its value, or the code of a fault that has been understood. */
async function settled<T>(work: Promise<T>): Promise<T | string> {
  return work.catch((error: unknown) => {
    if (error instanceof MigrationError) return error.code;
    throw error;
  });
}

async function openSession(port: number): Promise<ImapSession> {
  const server = {
    remoteServer: '127.0.0.1',
    port,
    security: 'None',
    acceptUntrustedCertificates: false,
    caCertificate: null,
  } as const;
  return ImapSession.open({ server, login: { userName: 'a', password: 'b' }, userRoot: '', logger });
}

/** All that a reader does, on one connection. */
async function walk(session: ImapSession) {
  const listed = await settled(session.listFolders());
  const opened = await settled(session.openFolder('INBOX'));
  const uids = await settled(session.searchUids());
  const facts = await settled(Array.fromAsync(session.fetchFacts([1, 2, 3])));
  const known = typeof facts === 'string' ? [] : facts;
  const contents = await settled(Array.fromAsync(session.fetchContents(known, 100_000)));
  return { listed, opened, uids, facts, contents };
}

describe.skipIf(recordings.length === 0)('a recorded answer', () => {
  it.each(recordings)('of %s is understood, or its fault is contained', async (file) => {
    const started = (emulator = await ImapEmulator.start(serverWith(file)));
    const session = await settled(openSession(started.port));
    if (session instanceof ImapSession) {
      const found = await walk(session);
      check(file, found);
      // whatever it was, the same connection goes on, unless the server said goodbye
      const isOver = /^\* BYE/m.test(read(file));
      const opened = await settled(session.openFolder('INBOX'));
      if (isOver) expect(opened).toBe('sourceDisconnected');
      else expect(opened).toMatchObject({ exists: 3 });
      session.abort();
    }
    const again = await openSession(started.port);
    const whole = await walk(again);
    expect(whole.uids).toEqual([1, 2, 3]);
    expect(whole.contents).toHaveLength(3);
    again.abort();
  });
});

/** What must have been understood of an answer, counted in its own text. */
function check(file: string, found: Awaited<ReturnType<typeof walk>>): void {
  const text = read(file);
  const count = (pattern: RegExp): number => [...text.matchAll(pattern)].length;
  switch (commandOf(file)) {
    case 'LIST':
    case 'XLIST':
      // an account without any folder is a fault, not an empty mailbox
      if (count(/^\* X?LIST /gim) === 0) expect(found.listed).toBe('sourceProtocol');
      else expect(found.listed).toHaveLength(count(/^\* X?LIST /gim));
      break;
    case 'EXAMINE':
      expect(found.opened).toMatchObject({ uidValidity: Number(/UIDVALIDITY (\d+)/.exec(text)?.[1] ?? 3) });
      break;
    default:
      expect(found.contents).toBeDefined();
  }
}
