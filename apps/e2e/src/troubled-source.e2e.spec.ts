import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type EmulatedMessage,
  emulatedMessage,
  ImapEmulator,
  type ImapEmulatorOptions,
} from '@sterna/imap-emulator';
import { readTargetMailbox, testMailDomain } from '@sterna/local-stack';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { TestStack, type TestTenant } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const messagesOf = (count: number, firstUid = 1): EmulatedMessage[] =>
  Array.from({ length: count }, (_, index) => emulatedMessage(firstUid + index, { bodyBytes: 2_000 }));

/** A batch of mailboxes of an emulated server, started. */
async function start(
  options: ImapEmulatorOptions,
  userNames: readonly string[] = ['terry'],
  settings: readonly string[] = [],
) {
  const emulator = await ImapEmulator.start(options);
  const tenant = await stack.createTenant();
  const server = ['-RemoteServer', '127.0.0.1', '-Port', String(emulator.port), '-Security', 'None'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'troubled', ...server, '-SkipVerification');
  const addresses = userNames.map((name) => `${name}-${tenant.id}@${testMailDomain}`);
  const csv = path.join(stack.directory, `${tenant.id}.csv`);
  const rows = userNames.map((name, index) => `${addresses[index] ?? ''},${name},secret\n`);
  await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`);
  const batch = ['--source-endpoint', 'troubled', '--csv', csv, '--auto-start', ...settings];
  await tenant.sterna('batch', 'create', 'troubled', ...batch);
  return { emulator, tenant, addresses };
}

const statusOf = async (tenant: TestTenant): Promise<string> => (await tenant.batch('troubled')).status;

/** How often each message is at the target, by its number: all of them once is the only good answer. */
async function copies(emailAddress: string | undefined): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const { internetMessageId } of await readTargetMailbox(stack.exchange.url, emailAddress ?? '')) {
    const number = Number(/message-(\d+)@/.exec(internetMessageId ?? '')?.[1]);
    found.set(number, (found.get(number) ?? 0) + 1);
  }
  return found;
}
const once = (uids: readonly number[]): Map<number, number> => new Map(uids.map((uid) => [uid, 1]));
const uidsOf = (messages: readonly EmulatedMessage[]): number[] => messages.map(({ uid }) => uid);

const isContentFetch = (text: string): boolean => text.includes('BODY.PEEK[]');
const wait = { timeout: 150_000, interval: 500 };

describe.concurrent('a server', () => {
  it('that ends every connection after twenty commands is read to the end', async ({ expect }) => {
    const folders = Array.from({ length: 30 }, (_, index) => ({
      name: index === 0 ? 'INBOX' : `Folder ${index}`,
      uidValidity: index + 1,
      messages: messagesOf(3, index * 10 + 1),
    }));
    const counts = new Map<number, number>();
    const { emulator, tenant, addresses } = await start({
      folders,
      react: (_, { number }) => {
        counts.set(number, (counts.get(number) ?? 0) + 1);
        return (counts.get(number) ?? 0) > 20 ? { kind: 'sayAndClose', text: '* BYE enough\r\n' } : null;
      },
    });
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    expect(emulator.connections).toBeGreaterThan(3);
    const all = folders.flatMap(({ messages }) => uidsOf(messages));
    expect(await copies(addresses[0])).toEqual(once(all));
    expect((await tenant.batch('troubled')).tally).toMatchObject({ found: 90, migrated: 90, toDo: 0 });
    await emulator.stop();
  });

  it('that takes two connections at a time gets all its mailboxes migrated', async ({ expect }) => {
    const messages = messagesOf(20);
    const limit = 2;
    const options: ImapEmulatorOptions = {
      folders: [{ name: 'INBOX', messages }],
      react: ({ name, tag }) =>
        name === 'LOGIN' && started.emulator.openConnections > limit
          ? { kind: 'sayAndClose', text: `${tag} NO [LIMIT] Too many simultaneous connections\r\n` }
          : null,
    };
    const started: Awaited<ReturnType<typeof start>> = await start(options, ['a', 'b', 'c', 'd', 'e']);
    const { emulator, tenant, addresses } = started;
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    for (const address of addresses) expect(await copies(address)).toEqual(once(uidsOf(messages)));
    await emulator.stop();
  });

  it('that refuses a login while others of the same pass were accepted is asked again', async ({
    expect,
  }) => {
    const messages = messagesOf(10);
    let refusals = 0;
    let isBroken = false;
    const { emulator, tenant, addresses } = await start({
      folders: [{ name: 'INBOX', messages }],
      logIn: () => {
        if (!isBroken || refusals >= 2) return null;
        refusals += 1;
        return '[AUTHENTICATIONFAILED] Invalid credentials';
      },
      react: ({ text }) => {
        if (isBroken || !isContentFetch(text)) return null;
        isBroken = true;
        return { kind: 'sayAndClose', text: '' };
      },
    });
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    expect(refusals).toBe(2);
    expect(await copies(addresses[0])).toEqual(once(uidsOf(messages)));
    await emulator.stop();
  });

  it.for([
    ['refuses it', { kind: 'say', text: '{tag} NO [SERVERBUG] oops\r\n' }],
    [
      'stops in the middle of it',
      { kind: 'sayAndClose', text: '* 7 FETCH (UID 7 BODY[]<0> {2000}\r\nMessage-ID: ' },
    ],
    [
      'sends 100 MB in its place',
      { kind: 'say', text: `* 7 FETCH (UID 7 BODY[]<0> {104857600}\r\n${'x'.repeat(100_000)}` },
    ],
  ] as const)(
    'that has one message which cannot be read and %s loses no other',
    async ([, answer], { expect }) => {
      const messages = messagesOf(12);
      const { emulator, tenant, addresses } = await start({
        folders: [{ name: 'INBOX', messages }],
        react: (command) => {
          const set = /^\S+ UID FETCH (\S+)/.exec(command.text)?.[1] ?? '';
          const hasSeven = set.split(',').some((part) => {
            const [first = 0, last = first] = part.split(':').map(Number);
            return first <= 7 && last >= 7;
          });
          return isContentFetch(command.text) && hasSeven ? answer : null;
        },
      });
      await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
      expect((await tenant.batch('troubled')).tally).toMatchObject({
        found: 12,
        migrated: 11,
        failed: 1,
        toDo: 0,
      });
      const [missed] = await tenant.missed('troubled');
      expect(missed).toMatchObject({ uid: 7, outcome: 'failed', reason: 'unreadableAtSource' });
      expect(await copies(addresses[0])).toEqual(once(uidsOf(messages).filter((uid) => uid !== 7)));
      await emulator.stop();
    },
  );

  it('that does not give some messages for a time has them migrated by a later synchronisation', async ({
    expect,
  }) => {
    const messages = messagesOf(30);
    let isDown = true;
    const every = ['--incremental-sync-interval-seconds', '1'];
    const { emulator, tenant, addresses } = await start(
      {
        folders: [{ name: 'INBOX', uidNext: 31, messages }],
        react: ({ text }) =>
          isDown && isContentFetch(text)
            ? { kind: 'say', text: '{tag} NO [SERVERBUG] store is down\r\n' }
            : null,
      },
      ['terry'],
      every,
    );
    await expect.poll(async () => (await tenant.batch('troubled')).tally, wait).toMatchObject({ failed: 30 });
    isDown = false;
    await expect
      .poll(async () => (await tenant.batch('troubled')).tally, wait)
      .toMatchObject({ found: 30, migrated: 30, failed: 0, toDo: 0 });
    expect(await tenant.missed('troubled')).toEqual([]);
    expect(await copies(addresses[0])).toEqual(once(uidsOf(messages)));
    await emulator.stop();
  });

  it('that gives new UIDs has what arrived counted as there, and the limit of items as before', async ({
    expect,
  }) => {
    const messages = messagesOf(8);
    const folder = { name: 'INBOX', uidValidity: 1, uidNext: 9, messages };
    const { emulator, tenant, addresses } = await start(
      { folders: [folder] },
      ['terry'],
      ['--max-items', '5'],
    );
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    expect((await tenant.batch('troubled')).tally).toMatchObject({ found: 8, migrated: 5, skipped: 3 });
    expect(await copies(addresses[0])).toEqual(once([4, 5, 6, 7, 8]));
    folder.uidValidity = 2;
    await tenant.sterna('batch', 'sync', 'troubled');
    await expect
      .poll(async () => (await tenant.batch('troubled')).tally, wait)
      .toMatchObject({ found: 16, migrated: 5, alreadyThere: 5, skipped: 6, toDo: 0 });
    expect(await copies(addresses[0])).toEqual(once([4, 5, 6, 7, 8]));
    await emulator.stop();
  });

  it('that counts wrong and expunges meanwhile has every message accounted for', async ({ expect }) => {
    const messages = messagesOf(12).map((message) => ({ ...message, statedBytes: 5 }));
    const folder = { name: 'INBOX', uidValidity: 4, uidNext: 500, messages };
    const { emulator, tenant, addresses } = await start({
      folders: [folder],
      react: ({ name, tag, text }) => {
        if (name === 'STATUS') {
          return {
            kind: 'say',
            text: `* STATUS INBOX (MESSAGES 99 UIDNEXT 500 UIDVALIDITY 4)\r\n${tag} OK\r\n`,
          };
        }
        if (name === 'EXAMINE') return { kind: 'saySomethingFirst', text: '* 3 EXISTS\r\n' };
        if (!isContentFetch(text) || folder.messages.length < 12) return null;
        folder.messages = messages.filter(({ uid }) => uid !== 2 && uid !== 9);
        return { kind: 'saySomethingFirst', text: '* 9 EXPUNGE\r\n* 2 EXPUNGE\r\n' };
      },
    });
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    const { tally } = await tenant.batch('troubled');
    expect(tally).toMatchObject({ found: 12, migrated: 10, vanished: 2, toDo: 0 });
    expect(await copies(addresses[0])).toEqual(once([1, 3, 4, 5, 6, 7, 8, 10, 11, 12]));
    await emulator.stop();
  });

  it('that has a folder which cannot be opened for now has it read later', async ({ expect }) => {
    let refusals = 0;
    const { emulator, tenant, addresses } = await start({
      folders: [
        { name: 'INBOX', uidValidity: 1, messages: messagesOf(3) },
        { name: 'Locked', uidValidity: 2, messages: messagesOf(4, 21) },
      ],
      react: ({ name, tag, text }) => {
        if (name !== 'EXAMINE' || !text.includes('Locked') || refusals >= 2) return null;
        refusals += 1;
        return { kind: 'say', text: `${tag} NO [INUSE] Mailbox is locked\r\n` };
      },
    });
    await expect
      .poll(async () => (await tenant.batch('troubled')).tally, wait)
      .toMatchObject({ found: 7, migrated: 7, toDo: 0 });
    expect(await copies(addresses[0])).toEqual(once([1, 2, 3, 21, 22, 23, 24]));
    await emulator.stop();
  });

  it('that gives a folder another UIDVALIDITY each time it is opened has it migrated once', async ({
    expect,
  }) => {
    // Courier does so with folders that nobody has opened for writing yet
    const folder = { name: 'INBOX', uidValidity: 100, messages: messagesOf(8) };
    const { emulator, tenant, addresses } = await start({
      folders: [folder],
      react: ({ name }) => {
        if (name === 'EXAMINE') folder.uidValidity += 1;
        return null;
      },
    });
    await expect.poll(() => statusOf(tenant), wait).toBe('Synced');
    expect((await tenant.batch('troubled')).tally).toMatchObject({ migrated: 8, toDo: 0, failed: 0 });
    folder.messages.push(emulatedMessage(9));
    await tenant.sterna('batch', 'sync', 'troubled');
    await expect
      .poll(async () => (await tenant.batch('troubled')).tally, wait)
      .toMatchObject({ migrated: 9, toDo: 0 });
    expect(await copies(addresses[0])).toEqual(once([1, 2, 3, 4, 5, 6, 7, 8, 9]));
    await emulator.stop();
  });
});
