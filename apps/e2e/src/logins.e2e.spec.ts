import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emulatedMessage, ImapEmulator } from '@sterna/imap-emulator';
import { readTargetMailbox, testMailDomain } from '@sterna/local-stack';
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

const people = ['terry.adams', 'ann.beebe', 'paul.cannon'];

it.each([
  ['Exchange', 'Domain/Admin/User', (name: string) => `contoso-students/mailadmin/${name}`],
  ['Mirapoint', '#user@domain#Admin#', (name: string) => `#${name}@contoso-students.edu#mailadmin#`],
])('three mailboxes of a server that speaks as %s are migrated by %s', async (_, format, loginOf) => {
  // each login opens the mailbox of one person, and nothing else is let in
  const nameOf = new Map(people.map((name) => [loginOf(name), name]));
  const emulator = await ImapEmulator.start({
    capabilities: ['IMAP4rev1', 'AUTH=PLAIN'],
    logIn: ({ userName, password, authorizeAs }) =>
      nameOf.has(userName) && password === 'P@ssw0rd' && authorizeAs === ''
        ? null
        : '[AUTHENTICATIONFAILED] LOGIN failed.',
    foldersOf: ({ userName }) => {
      const uid = people.indexOf(nameOf.get(userName) ?? '') + 1;
      return [{ name: 'INBOX', uidValidity: 5, messages: [emulatedMessage(uid)] }];
    },
  });
  const tenant = await stack.createTenant();
  const server = ['-RemoteServer', '127.0.0.1', '-Port', String(emulator.port), '-Security', 'None'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'scripted', ...server);
  const addressOf = (name: string): string => `${name}-${tenant.id}@${testMailDomain}`;
  const csv = path.join(stack.directory, `${tenant.id}.csv`);
  const rows = people.map((name) => `${addressOf(name)},${loginOf(name)},P@ssw0rd\n`);
  await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`);
  const batch = ['-Name', 'admin', '-SourceEndpoint', 'scripted', '-CSVData', csv, '-AutoStart'];
  await tenant.sterna('New-MigrationBatch', ...batch);
  await tenant.sterna('batch', 'watch', 'admin');
  expect((await tenant.batch('admin')).tally, format).toMatchObject({ found: 3, migrated: 3 });
  for (const [index, name] of people.entries()) {
    const arrived = await readTargetMailbox(stack.exchange.url, addressOf(name));
    expect(arrived.map(({ subject }) => subject)).toEqual([`message ${index + 1}`]);
  }
  await emulator.stop();
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
