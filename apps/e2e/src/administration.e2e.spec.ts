import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestStack, type TestTenant } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const inbox = (messages: number) => [{ path: ['INBOX'], messages }];

async function until(tenant: TestTenant, name: string, status: string): Promise<void> {
  await expect.poll(async () => (await tenant.batch(name)).status, { timeout: 60_000 }).toBe(status);
}

async function userOf(tenant: TestTenant, name: string) {
  const [user] = await tenant.users(name);
  if (user === undefined) throw new Error(`the batch ${name} has no user`);
  return user;
}

describe('the end of a batch', () => {
  it('Complete-MigrationBatch brings what came last, and nothing after that', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox(inbox(20));
    await tenant.startBatch('b', [mailbox]);
    await tenant.sterna('batch', 'watch', 'b');
    await stack.deliver(mailbox, 3);
    await tenant.sterna('Complete-MigrationBatch', '-Identity', 'b', '-SyncAndComplete', '-Confirm:$false');
    await until(tenant, 'b', 'Completed');
    expect(await userOf(tenant, 'b')).toMatchObject({
      status: 'Completed',
      tally: { migrated: 23, toDo: 0 },
    });
    expect((await stack.compare(mailbox)).differences).toEqual([]);
    const refused = await tenant.try('batch', 'sync', 'b');
    expect(refused).toMatchObject({ exitCode: 4 });
    expect(refused.stderr).toContain('"b" is Completed');
  });

  it('-AutoComplete completes by itself, and warns of what did not arrive', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox([
      ...inbox(5),
      { path: ['Large'], messages: 1, largeMessageBytes: 300_000 },
    ]);
    const csv = await stack.writeCsv('auto.csv', mailbox);
    const line = [
      '-Name',
      'auto',
      '-SourceEndpoint',
      'imap',
      '-CSVData',
      csv,
      '-LargeItemLimitBytes',
      '200000',
    ];
    await tenant.sterna('New-MigrationBatch', ...line, '-AutoStart', '-AutoComplete');
    await tenant.sterna('batch', 'watch', 'auto');
    expect((await tenant.batch('auto')).status).toBe('Completed');
    expect(await userOf(tenant, 'auto')).toMatchObject({
      status: 'CompletedWithWarnings',
      tally: { found: 7, migrated: 6, skipped: 1 },
    });
    const items = ['-IncludeSkippedItems', '-IncludeReport', '-LimitSkippedItemsTo', '5'];
    const shown = await tenant.sterna('Get-MigrationUserStatistics', mailbox.emailAddress, ...items);
    expect(shown).toMatch(/LargeItem\W+Large/u);
    expect(shown).toMatch(/Z Completing: its batch is completed\n/u);
    expect(shown).toMatch(/DataConsistencyScore +: Investigate/u);
    await tenant.sterna('Set-MigrationUser', mailbox.emailAddress, '-ApproveSkippedItems');
    const fields = 'HasUnapprovedSkippedItems,BatchId';
    const approved = await tenant.sterna('Get-MigrationUser', mailbox.emailAddress, '|', 'fl', fields);
    expect(approved).toMatch(/HasUnapprovedSkippedItems : False\nBatchId +: auto/u);
  });

  it('a cut-over says what to do with the MX records', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox(inbox(1));
    await tenant.startBatch('cut', [mailbox]);
    await tenant.sterna('batch', 'watch', 'cut');
    const shown = await tenant.sterna('batch', 'cut-over', 'cut', '--complete');
    expect(shown).toContain('.mail.protection.outlook.com');
    expect(shown).toMatch(/mxRecords\W+False/u);
    expect((await tenant.batch('cut')).status).toBe('Synced');
  });
});

describe('limits', () => {
  it('a mailbox with more large messages than LargeItemLimit fails, and goes on when that is raised', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox([
      ...inbox(3),
      { path: ['Large'], messages: 1, largeMessageBytes: 300_000 },
    ]);
    const csv = await stack.writeCsv('limit.csv', mailbox);
    const line = [
      '-Name',
      'limit',
      '-SourceEndpoint',
      'imap',
      '-CSVData',
      csv,
      '-LargeItemLimitBytes',
      '200000',
    ];
    await tenant.sterna(
      'New-MigrationBatch',
      ...line,
      '-AutoStart',
      '-LargeItemLimit',
      '0',
      '-BadItemLimit',
      '0',
    );
    expect(await tenant.try('batch', 'watch', 'limit')).toMatchObject({ exitCode: 6 });
    expect((await userOf(tenant, 'limit')).error?.code).toBe('largeItemLimitExceeded');
    await tenant.sterna('Set-MigrationBatch', 'limit', '-LargeItemLimit', 'Unlimited');
    await tenant.sterna('Start-MigrationUser', mailbox.emailAddress);
    await tenant.sterna('batch', 'watch', 'limit');
    expect((await userOf(tenant, 'limit')).status).toBe('Synced');
  });

  it('-ContentFilter leaves out what was received at another time, and accounts for it', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox(inbox(4));
    const csv = await stack.writeCsv('filter.csv', mailbox);
    const line = ['-Name', 'filter', '-SourceEndpoint', 'imap', '-CSVData', csv, '-AutoStart'];
    await tenant.sterna('New-MigrationBatch', ...line, '-ContentFilter', "Received -lt '1/1/1971'");
    await tenant.sterna('batch', 'watch', 'filter');
    expect((await tenant.batch('filter')).tally).toMatchObject({ found: 4, migrated: 0, filtered: 4 });
    expect(new Set((await tenant.missed('filter')).map(({ reason }) => reason))).toEqual(
      new Set(['contentFilter']),
    );
  });

  it('MaxNumberOfBatches and MaxConcurrentMigrations of the tenant are kept to', async () => {
    const tenant = await stack.createTenant();
    const mailboxes = await Promise.all([1, 2, 3].map((seed) => stack.createMailbox(inbox(5), seed)));
    const limits = ['-MaxNumberOfBatches', '1', '-MaxConcurrentMigrations', '1'];
    await tenant.sterna('Set-MigrationConfig', ...limits);
    const shown = await tenant.sterna('Get-MigrationConfig');
    expect(shown).toMatch(/MaxNumberOfBatches +: 1\n/u);
    await tenant.startBatch('one', mailboxes);
    await tenant.sterna('batch', 'watch', 'one');
    await expect(tenant.startBatch('two', mailboxes)).rejects.toThrow('MaxNumberOfBatches');
    const statistics = await tenant.sterna('Get-MigrationStatistics', '|', 'fl', 'TotalCount,SyncedCount');
    expect(statistics).toMatch(/TotalCount +: 3\nSyncedCount +: 3/u);
  });
});

describe('single mailboxes', () => {
  it('a password that was wrong is mended, and only that mailbox started again', async () => {
    const tenant = await stack.createTenant();
    const [good, bad] = await Promise.all([1, 2].map((seed) => stack.createMailbox(inbox(3), seed)));
    if (good === undefined || bad === undefined) throw new Error('no mailboxes');
    await tenant.startBatch('mend', [good, bad], { passwords: { [bad.name]: 'wrong' } });
    expect(await tenant.try('batch', 'watch', 'mend')).toMatchObject({ exitCode: 6 });
    const csv = await stack.writeCsv('mend.csv', bad);
    const mended = await tenant.sterna('Set-MigrationBatch', 'mend', '-AddUsers', '-CSVData', csv);
    expect(mended).toContain('0 mailboxes were added, 1 have a new password.');
    await tenant.sterna('Start-MigrationUser', '-Identity', bad.emailAddress);
    await until(tenant, 'mend', 'Synced');
    expect((await stack.compare(bad)).differences).toEqual([]);
  });

  it('join a running batch, stop, go on and leave it', async () => {
    const tenant = await stack.createTenant();
    const [first, second] = await Promise.all([1, 2].map((seed) => stack.createMailbox(inbox(3), seed)));
    if (first === undefined || second === undefined) throw new Error('no mailboxes');
    await tenant.startBatch('join', [first]);
    await tenant.sterna('batch', 'watch', 'join');
    const csv = await stack.writeCsv('join.csv', second);
    await tenant.sterna('Set-MigrationBatch', 'join', '-AddUsers', '-CSVData', csv);
    await expect
      .poll(async () => (await tenant.users('join')).map(({ status }) => status))
      .toEqual(['Synced', 'Synced']);
    await tenant.sterna('Stop-MigrationUser', second.emailAddress);
    await expect(tenant.sterna('Stop-MigrationUser', second.emailAddress)).rejects.toThrow(
      "is Stopped and can't be stopped",
    );
    await tenant.sterna('Start-MigrationUser', second.emailAddress);
    await until(tenant, 'join', 'Synced');
    await tenant.sterna('Remove-MigrationUser', second.emailAddress, '-Confirm:$false');
    await expect
      .poll(async () => (await tenant.try('Get-MigrationUser', second.emailAddress)).exitCode, {
        timeout: 30_000,
      })
      .toBe(1);
    expect(await tenant.users('join')).toHaveLength(1);
    // the ledger stayed: in another batch nothing is copied again
    await tenant.startBatch('again', [second]);
    await tenant.sterna('batch', 'watch', 'again');
    expect((await stack.compare(second)).differences).toEqual([]);
  });
});

describe('nothing is done', () => {
  it('by -WhatIf, which shows what would be', async () => {
    const tenant = await stack.createTenant();
    const csv = path.join(stack.directory, 'what-if.csv');
    await writeFile(csv, 'EmailAddress,UserName,Password\nann@contoso.edu,ann,p\nnot an address,b,p\n');
    const line = ['-Name', 'IMAPBatch1', '-SourceEndpoint', 'imap', '-CSVData', csv, '-AutoStart', '-WhatIf'];
    const shown = await tenant.sterna('New-MigrationBatch', ...line);
    expect(shown).toContain(
      'Performing the operation "New-MigrationBatch" on target "IMAPBatch1": 1 mailboxes',
    );
    expect(shown).toMatch(/1 rows of the CSV were left out:\n +line 3/u);
    expect(await tenant.json('batch', 'list')).toEqual([]);
    expect(await tenant.sterna('Remove-MigrationEndpoint', 'imap', '-WhatIf')).toContain(
      'What if: Performing the operation "Remove-MigrationEndpoint" on target "imap".',
    );
    expect(await tenant.json('endpoint', 'list')).toHaveLength(1);
  });

  it('by a -Confirm that nobody answers with yes', async () => {
    const tenant = await stack.createTenant();
    expect(await tenant.sterna('Remove-MigrationEndpoint', 'imap', '-Confirm')).toContain(
      'Nothing was done.',
    );
    expect(await tenant.json('endpoint', 'list')).toHaveLength(1);
  });

  it('with a folder name that Microsoft does not know, a time zone or a filter that cannot be read', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox(inbox(1));
    const csv = await stack.writeCsv('bad.csv', mailbox);
    const line = ['New-MigrationBatch', '-Name', 'x', '-SourceEndpoint', 'imap', '-CSVData', csv];
    for (const wrong of [
      ['-ExcludeFolders', '#Spam#'],
      ['-ContentFilter', "Sent -lt '1/1/2020'"],
      ['-StartAfter', 'tomorrow'],
      ['-TimeZone', 'Middle Earth'],
      ['-BadItemLimit', 'few'],
    ]) {
      const { exitCode, stderr } = await tenant.try(...line, ...wrong);
      expect({ exitCode, names: stderr.includes(wrong[1] ?? '?') || stderr.includes('#Inbox#') }).toEqual({
        exitCode: 2,
        names: true,
      });
    }
    expect(await tenant.json('batch', 'list')).toEqual([]);
  });
});

it('Export-MigrationReport writes the report of a batch', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox(inbox(2));
  await tenant.startBatch('export', [mailbox]);
  await tenant.sterna('batch', 'watch', 'export');
  const file = path.join(stack.directory, 'report.csv');
  await tenant.sterna('Export-MigrationReport', '-Identity', 'export', '-CsvFileName', file);
  expect(await readFile(file, 'utf8')).toContain(`${mailbox.emailAddress},Synced,2,2,`);
  const shown = await tenant.sterna('Get-MigrationBatch', 'export', '-IncludeReport', '|', 'fl', 'Report');
  expect(shown).toContain(mailbox.emailAddress);
});
