import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, CommandValues, Parameter } from '../command-table.js';
import { printTable } from '../output/table.js';
import { recordBatch, recordTally } from '../output/record.js';
import { UsageError } from '../usage-error.js';
import { watchBatch } from './batch-watch.js';

const columns = [
  'Identity',
  'Status',
  'TotalCount',
  'SyncedCount',
  'FailedCount',
  'Found',
  'Migrated',
  'ToDo',
  'PercentageComplete',
];
const optionalIdentity: Parameter = {
  name: 'name',
  cmdletName: 'Identity',
  kind: 'text',
  position: 0,
  help: 'name or id of the batch',
};
const identity: Parameter = { ...optionalIdentity, isRequired: true };
const accepted = (name: string): Parameter => ({
  name,
  kind: 'switch',
  only: 'cmdlet',
  help: 'accepted; nothing is asked',
});
const wait_: Parameter = { name: 'wait', kind: 'switch', only: 'plain', help: 'waits until it is gone' };

const pathOf = ({ client, values }: CommandContext) => ({
  path: { tenantId: client.tenantId, batch: requireName(values) },
});

function requireName(values: CommandValues): string {
  const name = values.text('name');
  if (name === undefined) throw new UsageError('Missing: the name of the batch');
  return name;
}

function given<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): Partial<Record<Name, Value>> {
  const part: Partial<Record<Name, Value>> = {};
  if (value !== undefined) part[name] = value;
  return part;
}

function readSettings(values: CommandValues) {
  const intervalSeconds = values.integer('incrementalSyncIntervalSeconds');
  return {
    name: values.required('name'),
    sourceEndpoint: values.required('sourceEndpoint'),
    ...given('autoStart', values.flag('autoStart')),
    ...given('allowUnknownColumnsInCsv', values.flag('allowUnknownColumnsInCsv')),
    ...given('excludeFolders', values.list('excludeFolders')),
    ...given('includeFolders', values.list('includeFolders')),
    ...given('largeItemLimitBytes', values.integer('largeItemLimitBytes')),
    ...given('startAfter', values.text('startAfter')),
    ...given('completeAfter', values.text('completeAfter')),
    ...given('notificationEmails', values.list('notificationEmails')),
    ...given('skipDetails', values.flag('skipDetails')),
    ...given('incrementalSyncIntervalMs', intervalSeconds === undefined ? undefined : intervalSeconds * 1000),
  };
}

async function createBatch({ client, values }: CommandContext): Promise<CommandResult> {
  const key = values.text('idempotencyKey');
  const { name, sourceEndpoint, ...settings } = readSettings(values);
  // the file goes as it is: the API reads its encoding
  const file = new Blob([await readFile(values.required('csv'))], { type: 'text/csv' });
  const form = new FormData();
  for (const [field, value] of Object.entries({ name, sourceEndpoint, ...settings })) {
    for (const item of Array.isArray(value) ? value : [value]) form.append(field, String(item));
  }
  form.append('csv', file, 'batch.csv');
  const batch = expectData(
    await client.api.POST('/v1/tenants/{tenantId}/batches', {
      params: {
        path: { tenantId: client.tenantId },
        ...(key !== undefined && { header: { 'Idempotency-Key': key } }),
      },
      body: { name, sourceEndpoint, csv: '' },
      bodySerializer: () => form,
    }),
  );
  const faults = batch.rowErrors.map((fault) => `  line ${fault.line}: ${fault.message}`);
  return {
    records: [recordBatch(batch)],
    columns,
    notes: faults.length === 0 ? [] : [`${faults.length} rows of the CSV were left out:`, ...faults],
    json: batch,
  };
}

async function getBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  if (values.text('name') === undefined) return listBatches(context);
  const batch = expectData(
    await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}', { params: pathOf(context) }),
  );
  return { records: [recordBatch(batch)], json: batch };
}

const batchStatusOf = (text: string | undefined) => batchStatuses.find((status) => status === text);
const batchStatuses = [
  'Created',
  'Waiting',
  'Starting',
  'Syncing',
  'Synced',
  'SyncedWithErrors',
  'IncrementalSyncing',
  'Completing',
  'Completed',
  'CompletedWithErrors',
  'Failed',
  'Stopping',
  'Stopped',
  'Removing',
  'Corrupted',
] as const;

async function listBatches({ client, values }: CommandContext): Promise<CommandResult> {
  const query = {
    limit: values.integer('resultSize') ?? 1000,
    ...given('status', batchStatusOf(values.text('status'))),
    ...given('endpoint', values.text('endpoint')),
  };
  const params = { path: { tenantId: client.tenantId }, query };
  const page = expectData(await client.api.GET('/v1/tenants/{tenantId}/batches', { params }));
  return { records: page.items.map(recordBatch), columns, json: page.items };
}

async function startBatch(context: CommandContext): Promise<CommandResult> {
  const params = pathOf(context);
  const batch = expectData(
    await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/start', { params }),
  );
  return { records: [recordBatch(batch)], columns, json: batch };
}

async function stopBatch(context: CommandContext): Promise<CommandResult> {
  const params = pathOf(context);
  const batch = expectData(
    await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/stop', { params }),
  );
  return { records: [recordBatch(batch)], columns, json: batch };
}

async function syncBatch(context: CommandContext): Promise<CommandResult> {
  const params = pathOf(context);
  const result = expectData(
    await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/sync', { params }),
  );
  const text = `${result.mailboxes} mailboxes of "${params.path.batch}" synchronise now.`;
  return { records: [], text, json: result };
}

async function removeBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values, signal } = context;
  const params = {
    ...pathOf(context),
    query: given('forget', values.flag('forget') === true ? ('true' as const) : undefined),
  };
  const batch = expectData(await client.api.DELETE('/v1/tenants/{tenantId}/batches/{batch}', { params }));
  while (values.flag('wait') === true && !signal.aborted && (await exists(context, batch.batchId))) {
    await wait(500, undefined, { signal });
  }
  const done = values.flag('wait') === true ? 'was removed' : 'is being removed';
  const text = `The migration batch "${batch.name}" ${done}. Its final report stays: sterna batch report --final ${batch.batchId}`;
  return { records: [], text, json: batch };
}

async function exists({ client }: CommandContext, batchId: string): Promise<boolean> {
  const params = { path: { tenantId: client.tenantId, batch: batchId } };
  const answer = await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}', { params });
  if (answer.response.status === 404) return false;
  expectData(answer);
  return true;
}

async function reportBatch(context: CommandContext): Promise<CommandResult> {
  const { values } = context;
  const isCsv = values.text('format') === 'csv';
  const file = values.text('file');
  if (!isCsv && file === undefined) return showReport(await fetchReport(context));
  const text = isCsv ? await fetchCsvReport(context) : JSON.stringify(await fetchReport(context), null, 2);
  if (file === undefined) return { records: [], text: text.trimEnd(), json: text };
  await writeFile(file, text);
  return { records: [], text: `The report is in ${file}.`, json: { file } };
}

async function fetchReport(context: CommandContext): Promise<Report> {
  const { client, values } = context;
  const { tenantId } = client;
  const batchId = values.text('final');
  if (batchId === undefined) {
    const params = pathOf(context);
    return asReport(
      expectData(await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}/report', { params })),
    );
  }
  const params = { path: { tenantId, batchId } };
  return asReport(expectData(await client.api.GET('/v1/tenants/{tenantId}/reports/{batchId}', { params })));
}

/** The same paths give a CSV to those who ask for one; nobody does here. */
function asReport(answer: Report | string): Report {
  if (typeof answer === 'string') throw new Error('the server answered with text instead of a report');
  return answer;
}

async function fetchCsvReport(context: CommandContext): Promise<string> {
  const { client, values } = context;
  const { tenantId } = client;
  const batchId = values.text('final');
  const asCsv = { headers: { Accept: 'text/csv' }, parseAs: 'text' } as const;
  if (batchId === undefined) {
    const params = pathOf(context);
    return expectData(
      await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}/report', { params, ...asCsv }),
    );
  }
  const params = { path: { tenantId, batchId } };
  return expectData(await client.api.GET('/v1/tenants/{tenantId}/reports/{batchId}', { params, ...asCsv }));
}

function showReport(report: Report): CommandResult {
  const users = report.users.map((user) => ({
    Mailbox: user.emailAddress,
    Status: user.status,
    ...recordTally(user.tally),
  }));
  const total = { Mailbox: 'total', Status: report.batch.status, ...recordTally(report.batch.tally) };
  const missed = report.users.flatMap((user) =>
    user.missed.map((message) => ({
      Mailbox: user.emailAddress,
      Folder: message.folder,
      Uid: message.uid,
      Outcome: message.outcome,
      Explanation: message.explanation,
    })),
  );
  const faults = report.users.flatMap(({ emailAddress, error }) =>
    error === null ? [] : [`${emailAddress}: ${error.code}: ${error.message}`],
  );
  const parts = [
    `Report of "${report.batch.name}"${report.isFinal ? ', final' : ''}, ${report.createdAt}`,
    printTable([...users, total], Object.keys(total)),
    ...faults,
    missed.length === 0
      ? 'Every message that was found has arrived.'
      : `Messages that did not arrive:\n${printTable(missed, ['Mailbox', 'Folder', 'Uid', 'Outcome', 'Explanation'])}`,
    ...report.batch.rowErrors.map((fault) => `line ${fault.line} of the CSV: ${fault.message}`),
  ];
  const text =
    report.batch.tally.toDo > 0 ? parts.filter((part) => !part.startsWith('Every message')) : parts;
  return { records: users, text: text.join('\n'), json: report };
}

type Report = components['schemas']['BatchReport'];

const creationParameters: Parameter[] = [
  {
    name: 'name',
    kind: 'text',
    isRequired: true,
    position: 0,
    help: 'name of the batch, at most 64 characters',
  },
  { name: 'sourceEndpoint', kind: 'text', isRequired: true, help: 'name of the endpoint' },
  {
    name: 'csv',
    cmdletName: 'CSVData',
    kind: 'file',
    isRequired: true,
    help: 'CSV file: EmailAddress,UserName,Password[,UserRoot]',
  },
  { name: 'autoStart', kind: 'switch', help: 'starts at once' },
  { name: 'allowUnknownColumnsInCsv', kind: 'switch', help: 'ignores columns that are not known' },
  { name: 'excludeFolders', kind: 'list', help: 'folders to leave out, separated by commas' },
  { name: 'includeFolders', kind: 'list', help: 'only these folders' },
  { name: 'largeItemLimitBytes', kind: 'integer', help: 'largest message, default 36700160 (35 MB)' },
  { name: 'startAfter', kind: 'moment', help: 'does not start before; UTC where no zone is given' },
  { name: 'completeAfter', kind: 'moment', help: 'kept for scripts; IMAP has no completion' },
  { name: 'notificationEmails', kind: 'list', help: 'who gets the reports' },
  { name: 'skipDetails', kind: 'switch', help: 'keeps no details' },
  {
    name: 'incrementalSyncIntervalSeconds',
    kind: 'integer',
    only: 'plain',
    help: 'default 86400 (24 hours)',
  },
  { name: 'idempotencyKey', kind: 'text', only: 'plain', help: 'the same key never makes a second batch' },
];
const filters: Parameter[] = [
  { name: 'status', kind: 'text', choices: batchStatuses, help: 'only batches in this status' },
  { name: 'endpoint', kind: 'text', help: 'only batches of this endpoint' },
  { name: 'resultSize', kind: 'integer', help: 'at most so many, default 1000' },
];

export const batchCommands: Command[] = [
  {
    path: ['batch', 'create'],
    cmdlet: 'New-MigrationBatch',
    summary: 'makes a batch from a CSV file',
    parameters: creationParameters,
    run: createBatch,
  },
  { path: ['batch', 'list'], summary: 'lists the batches', parameters: filters, run: listBatches },
  {
    path: ['batch', 'get'],
    cmdlet: 'Get-MigrationBatch',
    summary: 'shows one batch, or all',
    parameters: [optionalIdentity, ...filters, accepted('includeReport')],
    run: getBatch,
  },
  {
    path: ['batch', 'start'],
    cmdlet: 'Start-MigrationBatch',
    summary: 'starts or resumes a batch, tries failed mailboxes again',
    parameters: [identity, accepted('confirm')],
    run: startBatch,
  },
  {
    path: ['batch', 'stop'],
    cmdlet: 'Stop-MigrationBatch',
    summary: 'stops a batch',
    parameters: [identity, accepted('confirm')],
    run: stopBatch,
  },
  {
    path: ['batch', 'sync'],
    cmdlet: 'Set-MigrationBatch',
    summary: 'synchronises what is Synced at once',
    parameters: [
      identity,
      { name: 'syncNow', kind: 'switch', only: 'cmdlet', isRequired: true, help: 'synchronises now' },
    ],
    run: syncBatch,
  },
  {
    path: ['batch', 'remove'],
    cmdlet: 'Remove-MigrationBatch',
    summary: 'removes a batch; its final report stays',
    parameters: [
      identity,
      {
        name: 'forget',
        kind: 'switch',
        only: 'plain',
        help: 'also forgets what was migrated: a new batch would copy it again',
      },
      wait_,
      accepted('force'),
      accepted('confirm'),
    ],
    run: removeBatch,
  },
  {
    path: ['batch', 'watch'],
    summary: 'follows a batch until it is Synced (exit code 0) or has failed (6)',
    parameters: [identity],
    run: (context) => watchBatch(context),
  },
  {
    path: ['batch', 'report'],
    cmdlet: 'Get-MigrationReport',
    summary: 'what became of every mailbox and every message that did not arrive',
    parameters: [
      optionalIdentity,
      { name: 'final', kind: 'text', help: 'id of a batch that was removed' },
      { name: 'format', kind: 'text', choices: ['table', 'csv'], help: 'csv for spreadsheets' },
      { name: 'file', kind: 'file', help: 'writes it there' },
    ],
    run: reportBatch,
  },
];
