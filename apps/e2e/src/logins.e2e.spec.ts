import { writeFile } from 'node:fs/promises';
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
