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

/**
 * Microsoft, "Use PowerShell to perform an IMAP migration to Microsoft 365", in its order, each command as it stands
 * there but for the host, its ports, the CA and the path of the file.
 */
it('follows the article from its first step to its last', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 30 }]);
  const csv = await stack.writeCsv('IMAPmigration_1.csv', mailbox);
  const run = (command: string): Promise<string> => tenant.sterna(...argumentsOf(command, csv));

  // step 1
  for (const [port, security] of [
    [993, 'Ssl'],
    [143, 'Tls'],
    [143, 'None'],
  ] as const) {
    const test = `Test-MigrationServerAvailability -IMAP -RemoteServer imap.contoso.com -Port ${port} -Security ${security}`;
    expect(await run(test)).toContain('Success');
  }

  // step 3: the endpoint with its defaults, or with limits and another port
  await run(
    'New-MigrationEndpoint -IMAP -Name IMAPEndpoint -RemoteServer imap.contoso.com -Port 993 -Security Ssl',
  );
  await run('Remove-MigrationEndpoint IMAPEndpoint');
  await run(
    'New-MigrationEndpoint -IMAP -Name IMAPEndpoint -RemoteServer imap.contoso.com -Port 143 -Security Tls -MaxConcurrentMigrations 50 -MaxConcurrentIncrementalSyncs 25',
  );
  const shown = await run(
    'Get-MigrationEndpoint IMAPEndpoint | Format-List EndpointType,RemoteServer,Port,Security,Max*',
  );
  expect(propertiesOf(shown)).toEqual({
    EndpointType: 'IMAP',
    RemoteServer: 'localhost',
    Port: String(stack.dovecot.port),
    Security: 'Tls',
    MaxConcurrentMigrations: '50',
    MaxConcurrentIncrementalSyncs: '25',
  });

  // step 4
  await run(
    'New-MigrationBatch -Name IMAPBatch1 -SourceEndpoint IMAPEndpoint -CSVData ([System.IO.File]::ReadAllBytes("C:\\Users\\Administrator\\Desktop\\IMAPmigration_1.csv")) -AutoStart',
  );
  await tenant.sterna('batch', 'watch', 'IMAPBatch1');
  const batch = propertiesOf(await run('Get-MigrationBatch -Identity IMAPBatch1 | Format-List'));
  expect(batch).toMatchObject({
    Identity: 'IMAPBatch1',
    TotalCount: '1',
    SyncedCount: '1',
    FailedCount: '0',
  });
  const status = await run('Get-MigrationBatch -Identity IMAPBatch1 | Format-List Status');
  expect(propertiesOf(status)).toEqual({ Status: 'Synced' });
  expect((await stack.compare(mailbox)).differences).toEqual([]);

  // step 5, after the MX record was changed: the last synchronisation must be later than that
  const before = batch['LastSyncedDateTime'];
  await run('Set-MigrationBatch -Identity IMAPBatch1 -SyncNow');
  await tenant.sterna('batch', 'watch', 'IMAPBatch1');
  const synced = propertiesOf(await run('Get-MigrationBatch -Identity IMAPBatch1 | Format-List'));
  expect(Date.parse(synced['LastSyncedDateTime'] ?? '')).toBeGreaterThan(Date.parse(before ?? ''));

  // step 6; the article's last command has a quotation mark too many, which PowerShell would ask to close
  await run('Remove-MigrationBatch -Identity IMAPBatch1');
  const seen = await goneBatch(tenant);
  expect(seen.exitCode).toBe(1);
  expect(seen.stderr).toMatch(/"IMAPBatch1" couldn't be found/u);
  const report = await tenant.sterna('Get-MigrationReport', '-Final', 'IMAPBatch1');
  expect(report).toContain('Report of "IMAPBatch1", final');
  expect(report).toContain('Every message that was found has arrived.');
});

/** The arguments of a command as a shell would hand them over, for the servers of this test. */
function argumentsOf(command: string, csv: string): string[] {
  const { port, tlsPort, caPath } = stack.dovecot;
  const words = command
    .replace('imap.contoso.com', 'localhost')
    .replace('-Port 993', `-Port ${tlsPort}`)
    .replace('-Port 143', `-Port ${port}`)
    .replace(/"C:.*\.csv"/, `"${csv}"`)
    .split(' ');
  return /-Security (Ssl|Tls)/.test(command) ? [...words, '-CaCertificate', caPath] : words;
}

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
