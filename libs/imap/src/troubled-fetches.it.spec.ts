import {
  type EmulatedMessage,
  emulatedMessage,
  ImapEmulator,
  type ImapEmulatorOptions,
} from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { ImapSession } from './imap-session.js';
import type { FetchedMessage } from './source-message.js';

const maxInlineBytes = 64 * 1024;
const logger = createLogger({ service: 'test', level: 'fatal' });

let emulator: ImapEmulator | null = null;
let session: ImapSession | null = null;
afterEach(async () => {
  session?.abort();
  await emulator?.stop();
});

/** A session at a server with these messages in INBOX, which is open. */
async function open(messages: EmulatedMessage[], react?: ImapEmulatorOptions['react']): Promise<ImapSession> {
  const folders = [{ name: 'INBOX', uidValidity: 9, messages }];
  const started = (emulator = await ImapEmulator.start({ folders, ...(react !== undefined && { react }) }));
  const server = {
    remoteServer: '127.0.0.1',
    port: started.port,
    security: 'None',
    acceptUntrustedCertificates: false,
    caCertificate: null,
  } as const;
  const login = { userName: 'terry', password: 'x' };
  const opened = (session = await ImapSession.open({ server, login, userRoot: '', logger }));
  await opened.openFolder('INBOX');
  return opened;
}

/** All that a walk does with some UIDs: facts, contents, and the UIDs that have no facts. */
async function readAll(opened: ImapSession, uids: readonly number[]): Promise<Map<number, FetchedMessage>> {
  const facts = await Array.fromAsync(opened.fetchFacts(uids));
  const known = new Set(facts.map(({ uid }) => uid));
  const absent = uids.filter((uid) => !known.has(uid));
  const found = [
    ...(await Array.fromAsync(opened.fetchContents(facts, maxInlineBytes))),
    ...(await Array.fromAsync(opened.fetchAbsent(absent, maxInlineBytes))),
  ];
  const byUid = found.map((one) => ['uid' in one ? one.uid : one.facts.uid, one] as const);
  expect(new Set(byUid.map(([uid]) => uid)).size).toBe(found.length);
  return new Map(byUid);
}

const kindsOf = (found: ReadonlyMap<number, FetchedMessage>) =>
  Object.fromEntries([...found].map(([uid, { kind }]) => [uid, kind]));
const isContentFetch = (text: string): boolean => text.includes('BODY.PEEK[]');

describe('RFC822.SIZE', () => {
  it.each([0, 1, 50, 4_000_000_000])('that says %i of 10,000 octets loses nothing', async (statedBytes) => {
    const message = emulatedMessage(1, { bodyBytes: 10_000, statedBytes });
    const opened = await open([message]);
    const found = await readAll(opened, [1]);
    const [one] = [...found.values()];
    if (one?.kind === 'whole') expect(one.content.equals(message.content)).toBe(true);
    else expect(one?.kind).toBe('large');
    const streamed = Buffer.concat(await Array.fromAsync(opened.stream(1)));
    expect(streamed.equals(message.content)).toBe(true);
  });

  it('that says little of much does not fill the memory: the range is cut, and each message comes once', async () => {
    const messages = Array.from({ length: 600 }, (_, index) =>
      emulatedMessage(index + 1, { bodyBytes: 60_000, statedBytes: 10 }),
    );
    const opened = await open(messages);
    const found = await readAll(
      opened,
      messages.map(({ uid }) => uid),
    );
    expect([...found.values()].every(({ kind }) => kind === 'whole')).toBe(true);
    expect(found.size).toBe(600);
    const fetches = emulator?.commands.filter(({ text }) => isContentFetch(text)) ?? [];
    expect(fetches.length).toBeGreaterThan(2);
  });

  it('that is larger than what came has the octet after it asked for, so that a beginning is no whole', async () => {
    const message = emulatedMessage(1, { bodyBytes: 5_000 });
    const opened = await open([message], ({ text, tag }) =>
      text.includes(`BODY.PEEK[]<0.${maxInlineBytes + 1}>`)
        ? { kind: 'say', text: `* 1 FETCH (UID 1 BODY[]<0> {10}\r\nMessage-ID)\r\n${tag} OK done\r\n` }
        : null,
    );
    expect(kindsOf(await readAll(opened, [1]))).toEqual({ 1: 'large' });
    const streamed = Buffer.concat(await Array.fromAsync(opened.stream(1)));
    expect(streamed.equals(message.content)).toBe(true);
  });
});

describe('a FETCH', () => {
  const five = () => [1, 2, 3, 4, 5].map((uid) => emulatedMessage(uid));

  it('that is refused for one message brings all others', async () => {
    const opened = await open(five(), ({ text, tag }) =>
      isContentFetch(text) && /UID FETCH (1:5|3|3:5|1:3|3:4|2:3|1,2,3) /.test(text)
        ? { kind: 'say', text: `${tag} NO [UNAVAILABLE] Internal error occurred, temporarily\r\n` }
        : null,
    );
    const found = await readAll(opened, [1, 2, 3, 4, 5]);
    expect(kindsOf(found)).toEqual({ 1: 'whole', 2: 'whole', 3: 'unreadable', 4: 'whole', 5: 'whole' });
  });

  it.each([
    ['nothing', '{tag} OK done\r\n'],
    ['a message without content', '* 3 FETCH (UID 3 BODY[]<0> NIL)\r\n{tag} OK done\r\n'],
    ['another message', '* 4 FETCH (UID 4 BODY[]<0> {4}\r\nabcd)\r\n{tag} OK done\r\n'],
    ['what is no IMAP', '* 3 FETCH (UID 3 BODY[]<0 {\r\n{tag} OK done\r\n'],
  ])('for one message that brings %s leaves that one unreadable', async (_, text) => {
    const opened = await open(five(), (command) =>
      isContentFetch(command.text) && /UID FETCH (1:5|3) /.test(command.text)
        ? {
            kind: 'say',
            text: command.text.includes('1:5')
              ? `* 1 FETCH (UID 1 BODY[]<0> {1}\r\na)\r\n* 5 FETCH (UID 5 BODY[]<0> {1}\r\na)\r\n${text}`
              : text,
          }
        : null,
    );
    const kinds = kindsOf(await readAll(opened, [1, 2, 3, 4, 5]));
    expect(kinds[3]).toBe('unreadable');
    expect(kinds[2]).toBe('whole');
  });

  it('that has what cannot be parsed in an item beside the content brings the message without it', async () => {
    const broken = { flags: ['{x', '\\Seen'] };
    const opened = await open([emulatedMessage(1, broken), emulatedMessage(2)]);
    const found = await readAll(opened, [1, 2]);
    expect(kindsOf(found)).toEqual({ 1: 'whole', 2: 'whole' });
    const first = found.get(1);
    if (first?.kind === 'whole') expect(first.facts).toMatchObject({ flags: [], subject: 'message 1' });
  });

  it('in which flags change says nothing wrong of a message', async () => {
    const opened = await open(five(), ({ name }) =>
      name === 'UID FETCH'
        ? {
            kind: 'saySomethingFirst',
            text: '* 2 FETCH (UID 2 FLAGS (\\Seen))\r\n* 9 FETCH (FLAGS ())\r\n* 7 EXISTS\r\n',
          }
        : null,
    );
    const found = await readAll(opened, [1, 2, 3]);
    expect(kindsOf(found)).toEqual({ 1: 'whole', 2: 'whole', 3: 'whole' });
    const second = found.get(2);
    if (second?.kind === 'whole') expect(second.facts.internalDate.getUTCFullYear()).toBe(2015);
  });

  it('of messages that are expunged meanwhile says which are missing', async () => {
    const messages = five();
    const opened = await open(messages, ({ text }) => {
      if (!isContentFetch(text) || messages.length < 5) return null;
      messages.splice(1, 2);
      return { kind: 'saySomethingFirst', text: '* 2 EXPUNGE\r\n* 2 EXPUNGE\r\n' };
    });
    const found = await readAll(opened, [1, 2, 3, 4, 5]);
    expect(kindsOf(found)).toEqual({ 1: 'whole', 2: 'missing', 3: 'missing', 4: 'whole', 5: 'whole' });
  });

  it.each([
    ['in the middle of a literal', '* 1 FETCH (UID 1 BODY[]<0> {5000}\r\nonly the beginning'],
    ['with BYE', '* BYE [UNAVAILABLE] going down\r\n'],
    ['without a word', ''],
  ])('that ends %s is a lost connection, and no message', async (_, text) => {
    const opened = await open(five(), (command) =>
      isContentFetch(command.text) ? { kind: 'sayAndClose', text } : null,
    );
    const facts = await Array.fromAsync(opened.fetchFacts([1, 2, 3, 4, 5]));
    const seen: FetchedMessage[] = [];
    const reading = (async () => {
      for await (const one of opened.fetchContents(facts, maxInlineBytes)) seen.push(one);
    })();
    await expect(reading).rejects.toMatchObject({ scope: 'account', retry: { kind: 'backoff' } });
    expect(seen).toEqual([]);
  });

  it('that brings 100 MB where 1 KB was announced is given up without holding them', async () => {
    const opened = await open([emulatedMessage(1, { statedBytes: 1_000 })], ({ text }) =>
      isContentFetch(text)
        ? {
            kind: 'say',
            text: Buffer.from(`* 1 FETCH (UID 1 BODY[]<0> {104857600}\r\n${'x'.repeat(1_000_000)}`),
          }
        : null,
    );
    const facts = await Array.fromAsync(opened.fetchFacts([1]));
    const reading = Array.fromAsync(opened.fetchContents(facts, maxInlineBytes));
    await expect(reading).rejects.toMatchObject({ code: 'sourceDisconnected', retry: { kind: 'backoff' } });
    await expect(reading).rejects.toThrow('more than was asked for');
  });
});

describe('a folder', () => {
  it.each([
    ['NO [UNAVAILABLE] Mailbox is temporarily not available', 'backoff'],
    ['NO [SERVERBUG] Internal error occurred. Refer to server log', 'backoff'],
    ['NO Mailbox is locked', 'backoff'],
    ['NO [NOPERM] Permission denied', 'never'],
    ['BAD what?', 'backoff'],
  ])('that is answered by %s concerns itself alone', async (text, retry) => {
    const opened = await open([], ({ text: sent, tag }) =>
      sent.includes('EXAMINE Locked') ? { kind: 'say', text: `${tag} ${text}\r\n` } : null,
    );
    await expect(opened.openFolder('Locked')).rejects.toMatchObject({
      code: 'sourceFolderRefused',
      scope: 'folder',
      retry: { kind: retry },
    });
    await expect(opened.openFolder('INBOX')).resolves.toMatchObject({ uidValidity: 9 });
  });
});
