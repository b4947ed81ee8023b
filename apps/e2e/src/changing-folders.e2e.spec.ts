import { readTargetMailbox, startCommandGate, withClient } from '@sterna/local-stack';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type TestMailbox, TestStack, type TestTenant } from './test-stack.js';

type Client = Parameters<Parameters<typeof withClient>[1]>[0];

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const change = ({ name }: TestMailbox, work: (client: Client) => Promise<void>): Promise<void> => {
  const { host, port } = stack.dovecot;
  return withClient({ host, port, userName: name, password: 'source-password' }, work);
};

const later = 'Message-ID: <later@example.org>\r\nSubject: later\r\n\r\nlater\r\n';

/**
 * Makes a folder anew as a restore from a backup does: the same messages under new UIDs and another UIDVALIDITY. One
 * message is there twice then, and one is new.
 */
async function recreate(client: Client, folder: string): Promise<void> {
  await client.mailboxCreate('Kept');
  await client.mailboxOpen(folder);
  await client.messageCopy('1:*', 'Kept');
  await client.mailboxClose();
  await client.mailboxDelete(folder);
  await client.mailboxCreate(folder);
  await client.append(folder, later);
  await client.mailboxOpen('Kept');
  await client.messageCopy('1:*', folder);
  await client.messageCopy('1', folder);
  await client.mailboxClose();
  await client.mailboxDelete('Kept');
}

async function start(folders: { path: string[]; messages: number }[], port?: number) {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox(folders);
  const server = ['--remote-server', '127.0.0.1', '--port', String(port ?? stack.dovecot.port)];
  const plain = ['--security', 'None', '--skip-verification'];
  await tenant.sterna('endpoint', 'create', 'plain', ...server, ...plain);
  await tenant.startBatch('b', [mailbox], { endpoint: 'plain' });
  return { tenant, mailbox };
}

async function sync(tenant: TestTenant): Promise<void> {
  await tenant.sterna('batch', 'sync', 'b');
  await tenant.sterna('batch', 'watch', 'b');
}

/** Every message of the source is at the target once, and nothing else is. */
async function expectSame(mailbox: TestMailbox): Promise<void> {
  await expect
    .poll(async () => (await stack.compare(mailbox)).differences, { timeout: 60_000, interval: 500 })
    .toEqual([]);
}

describe('UIDVALIDITY', () => {
  it('may change between two passes: what arrived is recognised, what is new arrives, a second copy too', async () => {
    const { tenant, mailbox } = await start([
      { path: ['INBOX'], messages: 3 },
      { path: ['Projects'], messages: 20 },
    ]);
    await tenant.sterna('batch', 'watch', 'b');
    await change(mailbox, (client) => recreate(client, 'Projects'));
    await sync(tenant);
    expect((await stack.compare(mailbox)).differences).toEqual([]);
    const { tally } = await tenant.batch('b');
    expect(tally).toMatchObject({ migrated: 25, alreadyThere: 20, toDo: 0, vanished: 0, failed: 0 });
    await sync(tenant);
    expect((await tenant.batch('b')).tally).toEqual(tally);
  });

  it.each([
    ['before the folder is read', /EXAMINE Projects/, 2],
    ['while the folder is read', /UID FETCH .*BODY\.PEEK\[\]/, 1],
  ])('may change %s: nothing is copied twice and nothing missed', async (_, command, times) => {
    const gate = await startCommandGate(stack.dovecot, command, times);
    onTestFinished(() => gate.stop());
    const { tenant, mailbox } = await start(
      [
        { path: ['Projects'], messages: 20 },
        { path: ['Zebra'], messages: 2 },
      ],
      gate.port,
    );
    await gate.reached;
    await change(mailbox, (client) => recreate(client, 'Projects'));
    gate.release();
    await tenant.try('batch', 'watch', 'b');
    await expectSame(mailbox);
    await expect
      .poll(async () => (await tenant.batch('b')).tally, { timeout: 60_000, interval: 500 })
      .toMatchObject({ toDo: 0, failed: 0 });
  });
});

const targetOf = async ({ emailAddress }: TestMailbox): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { folderPath } of await readTargetMailbox(stack.exchange.url, emailAddress)) {
    const folder = folderPath.join('/');
    counts[folder] = (counts[folder] ?? 0) + 1;
  }
  return counts;
};

describe('a folder that is renamed', () => {
  it('between two passes keeps what arrived where it is; what is new goes to the new name', async () => {
    const { tenant, mailbox } = await start([
      { path: ['INBOX'], messages: 2 },
      { path: ['Projects'], messages: 8 },
      { path: ['Projects', '2015'], messages: 4 },
    ]);
    await tenant.sterna('batch', 'watch', 'b');
    await change(mailbox, async (client) => {
      await client.mailboxRename('Projects', 'Old');
      await client.mailboxCreate('Projects');
      await client.append('Projects', later);
      await client.append('Old', later.replace('later@', 'old@'));
    });
    await sync(tenant);
    const { tally } = await tenant.batch('b');
    expect(tally).toMatchObject({ migrated: 16, alreadyThere: 12, toDo: 0, vanished: 0, failed: 0 });
    expect(await targetOf(mailbox)).toEqual({ Inbox: 2, Projects: 9, 'Projects/2015': 4, Old: 1 });
    await sync(tenant);
    expect((await tenant.batch('b')).tally).toEqual(tally);
  });

  it.each([
    ['before it is read', /EXAMINE Projects/, 2],
    ['while it is read', /UID FETCH .*BODY\.PEEK\[\]/, 1],
  ])('%s is read under its new name; one that is deleted meanwhile is gone', async (_, command, times) => {
    const gate = await startCommandGate(stack.dovecot, command, times);
    onTestFinished(() => gate.stop());
    const folders = [
      { path: ['Projects'], messages: 20 },
      { path: ['Zebra'], messages: 2 },
    ];
    const { tenant, mailbox } = await start(folders, gate.port);
    await gate.reached;
    await change(mailbox, async (client) => {
      await client.mailboxRename('Projects', 'Old');
      await client.mailboxDelete('Zebra');
    });
    gate.release();
    await tenant.try('batch', 'watch', 'b');
    await sync(tenant);
    const { tally } = await tenant.batch('b');
    expect(tally).toMatchObject({ migrated: 20, toDo: 0, failed: 0 });
    expect((tally['vanished'] ?? 0) + (tally['alreadyThere'] ?? 0)).toBe(22);
    const counts = await targetOf(mailbox);
    expect((counts['Projects'] ?? 0) + (counts['Old'] ?? 0)).toBe(20);
    expect(counts['Zebra'] ?? 0).toBe(0);
  });
});
