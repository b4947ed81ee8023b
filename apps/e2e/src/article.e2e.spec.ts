import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const people = [
  { address: 'terrya@contoso.edu', name: 'terry.adams' },
  { address: 'annb@contoso.edu', name: 'ann.beebe' },
  { address: 'paulc@contoso.edu', name: 'paul.cannon' },
];
const header = 'EmailAddress,UserName,Password';
/** The columns after the address, for each kind of login that the article shows. */
const examples = {
  'of users': { header, columns: (name: string) => `${name},1091990` },
  'of an Exchange administrator': {
    header,
    columns: (name: string) => `contoso-students/mailadmin/${name},P@ssw0rd`,
  },
  'of a Dovecot administrator': { header, columns: (name: string) => `${name}*mailadmin,P@ssw0rd` },
  'of a Mirapoint administrator': {
    header,
    columns: (name: string) => `#${name}@contoso-students.edu#mailadmin#,P@ssw0rd`,
  },
  'of a Courier administrator': {
    header: `${header},UserRoot`,
    columns: (name: string) => `mailadmin,P@ssw0rd,/users/${name}`,
  },
};

/** Microsoft, "Use PowerShell to perform an IMAP migration to Microsoft 365", in its order. */
it('follows the article from its first step to its last', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 30 }]);
  const port = String(stack.proxies.imap.port);
  const ca = ['-CaCertificate', stack.dovecot.caPath];
  const server = ['-RemoteServer', 'localhost', '-Port', port, '-Security', 'Ssl', ...ca];

  await tenant.sterna('Test-MigrationServerAvailability', '-IMAP', ...server);

  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'Defaults', ...server);
  const limits = ['-MaxConcurrentMigrations', '50', '-MaxConcurrentIncrementalSyncs', '25'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'IMAPEndpoint', ...server, ...limits);
  const fields = 'EndpointType,RemoteServer,Port,Security,Max*';
  const shown = await tenant.sterna('Get-MigrationEndpoint', 'IMAPEndpoint', '|', 'Format-List', fields);
  expect(propertiesOf(shown)).toEqual({
    EndpointType: 'IMAP',
    RemoteServer: 'localhost',
    Port: port,
    Security: 'Ssl',
    MaxConcurrentMigrations: '50',
    MaxConcurrentIncrementalSyncs: '25',
  });

  const csv = await stack.writeCsv('IMAPmigration_1.csv', mailbox);
  const source = [
    '-SourceEndpoint',
    'IMAPEndpoint',
    '-CSVData',
    `([System.IO.File]::ReadAllBytes("${csv}"))`,
  ];
  await tenant.sterna('New-MigrationBatch', '-Name', 'IMAPBatch1', ...source, '-AutoStart');
  await tenant.sterna('batch', 'watch', 'IMAPBatch1');
  const identity = ['-Identity', 'IMAPBatch1'];
  const batch = propertiesOf(await tenant.sterna('Get-MigrationBatch', ...identity, '|', 'Format-List'));
  expect(batch).toMatchObject({
    Identity: 'IMAPBatch1',
    TotalCount: '1',
    SyncedCount: '1',
    FailedCount: '0',
  });
  const status = await tenant.sterna('Get-MigrationBatch', ...identity, '|', 'Format-List', 'Status');
  expect(propertiesOf(status)).toEqual({ Status: 'Synced' });
  expect((await stack.compare(mailbox)).differences).toEqual([]);

  // after the MX record was changed: the last synchronisation must be later than that
  const before = batch['LastSyncedDateTime'];
  await tenant.sterna('Set-MigrationBatch', ...identity, '-SyncNow');
  await tenant.sterna('batch', 'watch', 'IMAPBatch1');
  const synced = propertiesOf(await tenant.sterna('Get-MigrationBatch', ...identity, '|', 'Format-List'));
  expect(Date.parse(synced['LastSyncedDateTime'] ?? '')).toBeGreaterThan(Date.parse(before ?? ''));

  await tenant.sterna('Remove-MigrationBatch', ...identity);
  const seen = await goneBatch(tenant);
  expect(seen.exitCode).toBe(1);
  expect(seen.stderr).toMatch(/"IMAPBatch1" couldn't be found/u);
});

it.each(Object.entries(examples))('takes its CSV file %s', async (_, example) => {
  const tenant = await stack.createTenant();
  const file = path.join(stack.directory, 'example.csv');
  const lines = people.map(({ address, name }) => `${address},${example.columns(name)}`);
  await writeFile(file, [example.header, ...lines].join('\r\n'));
  const line = ['-Name', 'Example', '-SourceEndpoint', 'imap', '-CSVData', file];
  await tenant.sterna('New-MigrationBatch', ...line);
  expect(await tenant.json('Get-MigrationBatch', 'Example')).toMatchObject({ totalCount: 3, rowErrors: [] });
});

/** Asks until the batch is gone; until then it is shown as Removing. */
async function goneBatch(tenant: Awaited<ReturnType<TestStack['createTenant']>>) {
  for (;;) {
    const seen = await tenant.try('Get-MigrationBatch', 'IMAPBatch1', '|', 'Format-List', 'Status');
    if (seen.exitCode !== 0) return seen;
    expect(propertiesOf(seen.stdout)).toEqual({ Status: 'Removing' });
  }
}

/** The lines `Name : value` of Format-List. */
function propertiesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^(\w+)\s*: ?(.*)$/gmu)];
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.trim()]));
}
