import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type DovecotOptions,
  fillByImap,
  readTargetMailbox,
  runImapCommands,
  startDovecot,
  testMailDomain,
  withClient,
} from '@sterna/local-stack';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { TestStack } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const user = { name: 'folders', password: 'source-password' };
const deep = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
const mapping = { 'Skickade brev': 'SentItems', 'Old/Archive': 'Archive/Old', Older: 'Archive/Old' };

/** Folders and where they are expected at the target; each has one message. */
const common: [string[], string][] = [
  [['Projects'], 'projects'],
  [['projects'], 'projects'],
  [['  two  spaces '], 'two  spaces'],
  [['two  spaces'], 'two  spaces (2)'],
  [['Größe & Maß'], 'Größe & Maß'],
  [['日本語', 'Été'], '日本語/Été'],
  [deep, deep.join('/')],
  [['INBOX', 'Child'], 'Inbox/Child'],
  [['x'.repeat(200)], 'x'.repeat(200)],
  [['Outbox'], 'Outbox (2)'],
  [['Skickade brev'], 'Sent Items'],
  [['Sent'], 'Sent Items'],
  [['Skickade brev', '2019'], 'Sent Items/2019'],
  [['Old', 'Archive'], 'Archive/Old'],
  [['Older'], 'Archive/Old'],
];
const variants: [string, Pick<DovecotOptions, 'separator' | 'format'>, [string[], string][]][] = [
  ['mdbox and a dot', { separator: '.', format: 'mdbox' }, [[['a/b'], 'a/b'], ...common]],
  ['Maildir and a slash', { separator: '/', format: 'maildir' }, common],
];

it.each(variants)(
  'folders of every kind of name arrive from a Dovecot with %s',
  async (_, options, folders) => {
    const stateDir = path.join(stack.directory, `dovecot-${options.format ?? ''}`);
    await mkdir(stateDir, { recursive: true });
    const dovecot = await startDovecot({ ...options, stateDir, users: [user] });
    onTestFinished(() => dovecot.stop());
    const account = { host: dovecot.host, port: dovecot.port, userName: user.name, password: user.password };
    await fillByImap(
      account,
      folders.map(([name]) => ({ path: name, messages: 1 })),
    );
    await withClient(account, async (client) => {
      for (const { path: name } of await client.list()) await client.mailboxUnsubscribe(name);
    });
    expect((await runImapCommands(account, ['LSUB "" "*"'])).join('')).not.toContain('LSUB (');

    const tenant = await stack.createTenant();
    const file = path.join(stateDir, 'mapping.json');
    await writeFile(file, JSON.stringify(mapping));
    const server = ['-RemoteServer', dovecot.host, '-Port', String(dovecot.port), '-Security', 'None'];
    await tenant.sterna(
      'New-MigrationEndpoint',
      '-IMAP',
      '-Name',
      'names',
      ...server,
      '-FolderMapping',
      file,
    );
    const emailAddress = `folders-${options.format ?? ''}@${testMailDomain}`;
    await tenant.startBatch('b', [{ name: user.name, emailAddress }], { endpoint: 'names' });
    await tenant.sterna('batch', 'watch', 'b');

    const expected = folders.map(([, target]) => target).sort();
    const arrived = async (): Promise<string[]> =>
      (await readTargetMailbox(stack.exchange.url, emailAddress))
        .map(({ folderPath }) => folderPath.join('/'))
        .sort();
    expect(await arrived()).toEqual(expected);
    expect((await tenant.batch('b')).tally).toMatchObject({
      found: folders.length,
      migrated: folders.length,
    });

    // the next pass puts a message beside the others, also where only one of two like names has a new one
    await withClient(account, async (client) => {
      for (const name of ['Projects', 'two  spaces']) {
        await client.append(name, 'Message-ID: <2@x>\r\nSubject: two\r\n\r\ntwo\r\n');
      }
    });
    await tenant.sterna('batch', 'sync', 'b');
    await tenant.sterna('batch', 'watch', 'b');
    expect(await arrived()).toEqual([...expected, 'projects', 'two  spaces (2)'].sort());
  },
);
