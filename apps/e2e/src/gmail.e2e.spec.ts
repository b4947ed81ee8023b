import { type EmulatedFolder, emulatedMessage, ImapEmulator } from '@sterna/imap-emulator';
import { readTargetMailbox, testMailDomain } from '@sterna/local-stack';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

/** A message of Gmail by its number, under a UID of its own in each folder. */
function shown(number: number, uid: number, labels: string[]) {
  const gmail = { messageId: String(1_500_000_000_000_000_000n + BigInt(number)), labels };
  return { ...emulatedMessage(number, { gmail }), uid };
}

/**
 * Six messages as Gmail shows them: 1 in the inbox with two labels, 2 in the inbox and important, 3 with two labels and
 * archived, 4 archived without a label, 5 sent and starred, 6 in the spam.
 */
function gmailFolders(): EmulatedFolder[] {
  const all = [1, 2, 3, 4, 5].map((number) => shown(number, number + 100, []));
  return [
    {
      name: 'INBOX',
      uidValidity: 1,
      messages: [shown(1, 1, ['Work', '"Kunden/M&APw-ller"']), shown(2, 2, ['"\\\\Important"'])],
    },
    {
      name: 'Work',
      uidValidity: 2,
      messages: [shown(1, 11, ['"\\\\Inbox"', '"Kunden/M&APw-ller"']), shown(3, 13, ['"Kunden/M&APw-ller"'])],
    },
    { name: 'Kunden', attributes: ['\\Noselect'], messages: [] },
    {
      name: 'Kunden/M&APw-ller',
      uidValidity: 3,
      messages: [shown(1, 21, ['"\\\\Inbox"', 'Work']), shown(3, 23, ['Work'])],
    },
    { name: '[Gmail]', attributes: ['\\Noselect'], messages: [] },
    { name: '[Gmail]/All Mail', attributes: ['\\All'], uidValidity: 4, messages: all },
    {
      name: '[Gmail]/Important',
      attributes: ['\\Important'],
      uidValidity: 5,
      messages: [shown(2, 32, ['"\\\\Inbox"'])],
    },
    {
      name: '[Gmail]/Sent Mail',
      attributes: ['\\Sent'],
      uidValidity: 6,
      messages: [shown(5, 45, ['"\\\\Starred"'])],
    },
    {
      name: '[Gmail]/Starred',
      attributes: ['\\Flagged'],
      uidValidity: 7,
      messages: [shown(5, 55, ['"\\\\Sent"'])],
    },
    { name: '[Gmail]/Spam', attributes: ['\\Junk'], uidValidity: 8, messages: [shown(6, 66, [])] },
  ];
}

const capabilities = ['IMAP4rev1', 'AUTH=PLAIN', 'SASL-IR', 'SPECIAL-USE', 'X-GM-EXT-1'];

async function migrate(folders: EmulatedFolder[], options: string[] = [], hasLabels = true) {
  const started = (emulator = await ImapEmulator.start({
    folders,
    capabilities: hasLabels ? capabilities : capabilities.slice(0, -1),
  }));
  const tenant = await stack.createTenant();
  const server = ['-RemoteServer', '127.0.0.1', '-Port', String(started.port), '-Security', 'None'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'gmail', ...server, ...options);
  const emailAddress = `${tenant.id}@${testMailDomain}`;
  await tenant.startBatch('gmail', [{ name: 'terry', emailAddress }], { endpoint: 'gmail' });
  await tenant.sterna('batch', 'watch', 'gmail');
  return { tenant, emailAddress };
}

/** The numbers of the messages in each folder of the target. */
async function arrived(emailAddress: string): Promise<Record<string, string[]>> {
  const folders: Record<string, string[]> = {};
  for (const { folderPath, internetMessageId } of await readTargetMailbox(stack.exchange.url, emailAddress)) {
    const number = /message-(\d+)@/.exec(internetMessageId ?? '')?.[1] ?? '?';
    (folders[folderPath.join('/')] ??= []).push(number);
  }
  for (const numbers of Object.values(folders)) numbers.sort();
  return folders;
}

const once = {
  Inbox: ['1', '2'],
  Work: ['3'],
  'Sent Items': ['5'],
  Archive: ['4'],
  'Junk Email': ['6'],
};

describe('a mailbox of Gmail', () => {
  it('arrives with each message once, and its labels as categories', async () => {
    const { tenant, emailAddress } = await migrate(gmailFolders());
    expect(await arrived(emailAddress)).toEqual(once);
    expect((await tenant.batch('gmail')).tally).toMatchObject({
      found: 15,
      migrated: 6,
      alreadyThere: 9,
      toDo: 0,
    });
    const [first] = (await readTargetMailbox(stack.exchange.url, emailAddress)).filter(
      ({ internetMessageId }) => internetMessageId?.includes('message-1@') === true,
    );
    expect(first?.categories).toEqual(['Work', 'Kunden/Müller']);
  });

  it('brings nothing twice when labels change between two passes', async () => {
    const folders = gmailFolders();
    const { tenant, emailAddress } = await migrate(folders);
    const [inbox, work] = folders;
    if (inbox === undefined || work === undefined) throw new Error('no folders');
    // 2 is archived under Work, 7 arrives with a label
    inbox.messages = inbox.messages.filter(({ uid }) => uid !== 2);
    work.messages.push(shown(2, 14, []), shown(7, 15, ['"\\\\Inbox"']));
    inbox.messages.push(shown(7, 3, ['Work']));
    await tenant.sterna('batch', 'sync', 'gmail');
    await expect
      .poll(async () => (await tenant.batch('gmail')).tally, { timeout: 60_000 })
      .toMatchObject({ found: 18, migrated: 7, toDo: 0 });
    expect(await arrived(emailAddress)).toEqual({ ...once, Inbox: ['1', '2', '7'] });
  });

  it('arrives with a copy for each label where the endpoint asks for it; views are none', async () => {
    const { emailAddress } = await migrate(gmailFolders(), ['-CopyPerLabel']);
    expect(await arrived(emailAddress)).toEqual({
      ...once,
      Work: ['1', '3'],
      'Kunden/Müller': ['1', '3'],
    });
  });
});

it('views of a server without labels bring only what no other folder has', async () => {
  const { emailAddress } = await migrate(gmailFolders(), [], false);
  expect(await arrived(emailAddress)).toEqual({ ...once, Work: ['1', '3'], 'Kunden/Müller': ['1', '3'] });
});
