import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

/** The master user that all Dovecots of the tests have. */
const master = { name: 'master', password: 'master-secret' };

it.each([
  ['user*master, as it stands', [], '*'],
  ['SASL PLAIN with an authorization identity', ['-AuthorizationIdentity'], '*'],
  [
    'another separator',
    ['-AuthorizationIdentity', '-UserNameFormat', 'dovecot', '-UserNameSeparator', '%%'],
    '%%',
  ],
])('a mailbox of a real Dovecot is migrated through the master user: %s', async (_, options, separator) => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 6 }]);
  await tenant.sterna('Set-MigrationEndpoint', 'imap', '-SkipVerification', ...options);
  const csv = path.join(stack.directory, 'master.csv');
  const login = `${mailbox.name}${separator}${master.name},${master.password}`;
  await writeFile(csv, `EmailAddress,UserName,Password\n${mailbox.emailAddress},${login}\n`);
  await tenant.sterna(
    'New-MigrationBatch',
    '-Name',
    'm',
    '-SourceEndpoint',
    'imap',
    '-CSVData',
    csv,
    '-AutoStart',
  );
  await tenant.sterna('batch', 'watch', 'm');
  expect((await tenant.batch('m')).tally).toMatchObject({ found: 6, migrated: 6 });
  expect((await stack.compare(mailbox)).differences).toEqual([]);
});

it('a check finds what would fail, counts what would be migrated, and migrates nothing', async () => {
  const tenant = await stack.createTenant();
  const folders = [
    { path: ['INBOX'], messages: 4 },
    { path: ['Spam'], messages: 2 },
  ];
  const [good, bad] = await Promise.all([1, 2].map((seed) => stack.createMailbox(folders, seed)));
  if (good === undefined || bad === undefined) throw new Error('no mailboxes');
  const csv = await stack.writeCsv('check.csv', good, [
    `${bad.emailAddress},${bad.name},wrong`,
    `missing@elsewhere.example,${good.name},source-password`,
  ]);
  const line = ['-Name', 'check', '-SourceEndpoint', 'imap', '-CSVData', csv, '-ExcludeFolders', 'Spam'];
  await tenant.sterna('New-MigrationBatch', ...line);
  const file = path.join(stack.directory, 'checked.csv');
  const result = await tenant.try('batch', 'check', 'check', '--pause', '0', '--file', file);
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toContain('3 mailboxes were checked, 2 of them cannot be migrated as they are.');
  const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
  expect(lines.find((text) => text.startsWith(good.emailAddress))).toContain(',Success,');
  expect(lines.find((text) => text.startsWith(good.emailAddress))).toContain(',plain,2,4,2,0,');
  expect(lines.find((text) => text.startsWith(bad.emailAddress))).toContain('sourceLoginRefused');
  expect(lines.find((text) => text.startsWith('missing@'))).toContain('targetMailboxMissing');
  expect((await tenant.batch('check')).tally).toMatchObject({ found: 0 });
});

it('the notice that Exchange returns instead of a message is counted as failed, not migrated', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 2 }]);
  const notice = [
    'From: "Microsoft Exchange Server 2010" <>',
    'Subject: Retrieval using the IMAP4 protocol failed for the following message: 21',
    '',
    "The server couldn't retrieve the following message:",
    '',
  ].join('\n');
  const file = path.join(mailbox.maildir, 'cur', '1700000000.notice.host:2,S');
  await writeFile(file, notice, { mode: 0o644 });
  await tenant.startBatch('notice', [mailbox]);
  await tenant.sterna('batch', 'watch', 'notice');
  expect((await tenant.batch('notice')).tally).toMatchObject({ found: 3, migrated: 2, failed: 1 });
  expect((await tenant.missed('notice')).map(({ reason }) => reason)).toEqual(['inventedBySource']);
});
