import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { createLogger } from '@sterna/platform';
import { ImapFlow } from 'imapflow';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type LogIn, testAvailability } from './availability.js';
import type { SourceServer } from './imap-connection.js';
import { ImapSession } from './imap-session.js';
import type { FetchedMessage } from './source-message.js';

const dovecot = z
  .object({
    host: z.string(),
    port: z.number(),
    tlsPort: z.number(),
    caPath: z.string(),
    mailRoot: z.string(),
    usersDir: z.string(),
  })
  .parse(JSON.parse(process.env['STERNA_TEST_DOVECOT'] ?? 'null'));

const plain: SourceServer = {
  remoteServer: dovecot.host,
  port: dovecot.port,
  security: 'None',
  acceptUntrustedCertificates: false,
  caCertificate: null,
};
type LogInOpen = Parameters<LogIn>[0];
const login = { userName: `imap-${randomUUID()}`, password: 'terry-secret' };
const logger = createLogger({ service: 'test', level: 'fatal' });
const deepFolder = 'Projets.Été 2019.日本語';
const largeBytes = 3 * 1024 * 1024;

let session: ImapSession | null = null;
afterEach(async () => {
  await session?.close();
  session = null;
});

async function open(server: SourceServer = plain, userRoot = ''): Promise<ImapSession> {
  session = await ImapSession.open({ server, login, userRoot, logger });
  return session;
}

function mail(number: number, size = 100): string {
  return `Message-ID: <${number}@test>\r\nSubject: number ${number}\r\n\r\n${'x'.repeat(size)}\r\n`;
}

/** A client of its own, which may change the mailbox. */
async function change(work: (client: ImapFlow) => Promise<void>): Promise<void> {
  const auth = { user: login.userName, pass: login.password };
  const client = new ImapFlow({
    host: dovecot.host,
    port: dovecot.port,
    secure: false,
    doSTARTTLS: false,
    auth,
    logger: false,
  });
  await client.connect();
  await work(client);
  await client.logout();
}

beforeAll(async () => {
  const { uid, gid } = process.getuid?.() === 0 ? { uid: 8, gid: 8 } : userInfo();
  const home = `${dovecot.mailRoot}/${login.userName}`;
  writeFileSync(
    `${dovecot.usersDir}/${login.userName}`,
    `${login.userName}:{PLAIN}${login.password}:${uid}:${gid}::${home}::\n`,
  );
  await change(async (client) => {
    await client.mailboxCreate(deepFolder);
    await client.mailboxCreate('Empty');
    for (let number = 1; number <= 5; number += 1) {
      await client.append(
        'INBOX',
        mail(number),
        number % 2 === 0 ? ['\\Seen', '$Forwarded'] : [],
        new Date('2019-03-01T10:00:00Z'),
      );
    }
    await client.append('INBOX', mail(6, largeBytes));
    await client.append(deepFolder, mail(7));
  });
});

async function* fetchAll(reader: ImapSession, uids: number[], maxInlineBytes: number) {
  const facts = await collectFacts(reader, uids);
  yield* reader.fetchContents(facts, maxInlineBytes);
  const known = new Set(facts.map((one) => one.uid));
  yield* reader.fetchAbsent(
    uids.filter((uid) => !known.has(uid)),
    maxInlineBytes,
  );
}

async function collect(messages: AsyncIterable<FetchedMessage>): Promise<FetchedMessage[]> {
  const all: FetchedMessage[] = [];
  for await (const message of messages) all.push(message);
  return all;
}

describe('a session with Dovecot', () => {
  it('lists folders with decoded names, counts and special use', async () => {
    const folders = await (await open()).listFolders();
    const byPath = new Map(folders.map((folder) => [folder.path.join('|'), folder]));
    expect(byPath.get('INBOX')).toMatchObject({ specialUse: 'inbox', messages: 6, isSelectable: true });
    expect(byPath.get('Projets|Été 2019|日本語')).toMatchObject({ messages: 1, specialUse: null });
    expect(byPath.get('Projets')).toMatchObject({ isSelectable: false });
    expect(byPath.get('Empty')).toMatchObject({ messages: 0 });
    expect(byPath.get('INBOX')?.highestModseq).toMatch(/^\d+$/);
  });

  it('reads messages whole, with flags and dates, and changes nothing', async () => {
    const reader = await open();
    await reader.openFolder('INBOX');
    const uids = await reader.searchUids();
    const messages = await collect(fetchAll(reader, uids, 1024 * 1024));
    const whole = messages.filter((message) => message.kind === 'whole');
    expect(whole.map((message) => message.content.toString())).toEqual(
      [1, 2, 3, 4, 5].map((number) => mail(number)),
    );
    expect(whole[1]?.facts).toMatchObject({
      messageId: '<2@test>',
      subject: 'number 2',
      internalDate: new Date('2019-03-01T10:00:00Z'),
    });
    expect(whole[1]?.facts.flags.sort()).toEqual(['$Forwarded', '\\Seen']);
    const facts = await collectFacts(reader, uids);
    expect(facts.filter((one) => one.flags.includes('\\Seen'))).toHaveLength(2);
  });

  it('announces a large message and streams it whole', async () => {
    const reader = await open();
    await reader.openFolder('INBOX');
    const uids = await reader.searchUids();
    const [large] = (await collect(fetchAll(reader, uids, 1024 * 1024))).filter(
      (message) => message.kind === 'large',
    );
    const pieces: Buffer[] = [];
    for await (const piece of reader.stream(large?.facts.uid ?? 0)) pieces.push(piece);
    expect(pieces.length).toBeGreaterThan(1);
    expect(Buffer.concat(pieces).equals(Buffer.from(mail(6, largeBytes)))).toBe(true);
  });

  it('goes on with a large message from any octet, and knows whether there is more', async () => {
    const reader = await open();
    await reader.openFolder('INBOX');
    const raw = Buffer.from(mail(6, largeBytes));
    const pieces: Buffer[] = [];
    for await (const piece of reader.stream(6, 1_500_000)) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(raw.subarray(1_500_000))).toBe(true);
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(1024 * 1024);
    expect(await reader.isLargerThan(6, raw.length - 1)).toBe(true);
    expect(await reader.isLargerThan(6, raw.length)).toBe(false);
  });

  it('names a folder that cannot be opened, and goes on with the next', async () => {
    const reader = await open();
    await expect(reader.openFolder('Projets')).rejects.toMatchObject({
      code: 'sourceFolderRefused',
      scope: 'folder',
    });
    expect(await reader.openFolder('INBOX')).toMatchObject({ exists: 6 });
  });

  it('says which messages vanished', async () => {
    const reader = await open();
    await reader.openFolder('Empty');
    await change(async (client) => {
      await client.append('Empty', mail(8));
      await client.append('Empty', mail(9));
      await client.mailboxOpen('Empty');
      await client.messageDelete('1');
    });
    await reader.openFolder('Empty');
    const messages = await collect(fetchAll(reader, [1, 2], 1024));
    expect(messages.map((message) => message.kind)).toEqual(['whole', 'missing']);
    await change(async (client) => {
      await client.mailboxOpen('Empty');
      await client.messageDelete('1:*');
    });
  });

  it('searches from a UID on, and "*" brings back nothing older', async () => {
    const reader = await open();
    const { uidNext } = await reader.openFolder('INBOX');
    expect(await reader.searchUids(uidNext)).toEqual([]);
    expect(await reader.searchUids(uidNext - 1)).toEqual([uidNext - 1]);
  });

  it('takes a UserRoot for the top, and names what exists where it does not', async () => {
    const folders = await (await open(plain, '/Projets')).listFolders();
    expect(folders.map((folder) => folder.path)).toContainEqual(['Été 2019', '日本語']);
    await session?.close();
    await expect((await open(plain, '/users/terry')).listFolders()).rejects.toMatchObject({
      code: 'sourceRootMissing',
    });
  });
});

async function collectFacts(reader: ImapSession, uids: number[]) {
  const all = [];
  for await (const facts of reader.fetchFacts(uids)) all.push(facts);
  return all;
}

describe('the way to the server', () => {
  const trusted = { caCertificate: readFileSync(dovecot.caPath, 'utf8') };

  it.each([
    ['Ssl', { security: 'Ssl' as const, port: dovecot.tlsPort, ...trusted }],
    ['Tls', { security: 'Tls' as const, ...trusted }],
    [
      'an untrusted certificate that is accepted',
      { security: 'Tls' as const, acceptUntrustedCertificates: true },
    ],
  ])('is open with %s', async (_name, change) => {
    expect(await (await open({ ...plain, ...change })).listFolders()).not.toHaveLength(0);
  });

  it.each([
    [
      'an untrusted certificate',
      { security: 'Ssl' as const, port: dovecot.tlsPort },
      'sourceCertificateRefused',
    ],
    ['a port where nothing listens', { port: 1 }, 'sourceUnreachable'],
    ['a host that does not exist', { remoteServer: 'nowhere.invalid' }, 'sourceHostUnknown'],
  ])('is refused for %s', async (_name, change, code) => {
    await expect(open({ ...plain, ...change })).rejects.toMatchObject({ code });
  });

  it('is refused for a wrong password, which is not tried again', async () => {
    const opening = ImapSession.open({
      server: plain,
      login: { ...login, password: 'wrong' },
      userRoot: '',
      logger,
    });
    await expect(opening).rejects.toMatchObject({ code: 'sourceLoginRefused', retry: { kind: 'never' } });
  });
});

describe('the test of a server', () => {
  const trusted = { caCertificate: readFileSync(dovecot.caPath, 'utf8') };

  it.each([
    ['None', plain, ['resolve', 'connect', 'greeting', 'capabilities', 'login']],
    [
      'Ssl',
      { ...plain, ...trusted, security: 'Ssl' as const, port: dovecot.tlsPort },
      ['resolve', 'connect', 'tls', 'greeting', 'capabilities', 'login'],
    ],
    [
      'Tls',
      { ...plain, ...trusted, security: 'Tls' as const },
      ['resolve', 'connect', 'greeting', 'tls', 'capabilities', 'login'],
    ],
  ])('goes through every step with %s', async (security, server, steps) => {
    const report = await testAvailability({ ...server, logIn: (open) => open(login) });
    expect(report.steps.map((step) => [step.step, step.ok])).toEqual(steps.map((step) => [step, true]));
    expect(report).toMatchObject({ ok: true, loginMethods: ['PLAIN', 'LOGIN'] });
    expect(report.capabilities).toContain('IMAP4rev1');
    if (security === 'None') expect(report.tls).toBeNull();
    else expect(report.tls).toMatchObject({ subject: 'localhost', chain: ['localhost'] });
  });

  it.each([
    ['resolve', { ...plain, remoteServer: 'nowhere.invalid' }],
    ['connect', { ...plain, port: 1 }],
    ['tls', { ...plain, security: 'Ssl' as const, port: dovecot.tlsPort }],
    ['login', { ...plain, logIn: (open: LogInOpen) => open({ ...login, password: 'wrong' }) }],
  ])('stops at %s when that fails, and says what to do', async (step, test) => {
    const report = await testAvailability(test);
    expect(report.ok).toBe(false);
    expect(report.steps.at(-1)).toMatchObject({ step, ok: false });
    expect(report.steps.at(-1)?.advice).toBeTruthy();
  });
});
