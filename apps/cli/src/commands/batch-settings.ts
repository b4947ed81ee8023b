import { readFile } from 'node:fs/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, CommandValues } from '../command-table.js';
import { recordBatch } from '../output/record.js';
import { UsageError } from '../usage-error.js';
import {
  accepted,
  batchColumns,
  batchPathOf,
  changeableSettings,
  csvParameter,
  identity,
  unknownColumns,
} from './batch-parameters.js';
import { given } from './given.js';

type Setting = string | number | boolean | null | string[];
const shownRowErrors = 1_000;

type RowErrors = components['schemas']['Batch']['rowErrors'];

/** The settings that may be changed later too; limits that are null are unlimited. */
function readChangeable(values: CommandValues) {
  return {
    ...given('badItemLimit', values.unlimited('badItemLimit')),
    ...given('largeItemLimit', values.unlimited('largeItemLimit')),
    ...given('largeItemLimitBytes', values.integer('largeItemLimitBytes')),
    ...given('startAfter', values.moment('startAfter')),
    ...given('completeAfter', values.moment('completeAfter')),
    ...given('notificationEmails', values.list('notificationEmails')),
    ...given('reportIntervalMs', values.integer('reportInterval')),
    ...given('skipReports', values.flag('skipReports')),
    ...given('incrementalSyncIntervalMs', values.integer('incrementalSyncInterval')),
  };
}

function readCreation(values: CommandValues) {
  const seconds = values.integer('incrementalSyncIntervalSeconds');
  return {
    name: values.required('name'),
    sourceEndpoint: values.required('sourceEndpoint'),
    ...readChangeable(values),
    ...given('autoStart', values.flag('autoStart')),
    ...given('autoComplete', values.flag('autoComplete')),
    ...given('allowUnknownColumnsInCsv', values.flag('allowUnknownColumnsInCsv')),
    ...given('excludeFolders', values.list('excludeFolders')),
    ...given('includeFolders', values.list('includeFolders')),
    ...given('contentFilter', values.text('contentFilter')),
    ...given('targetDeliveryDomain', values.text('targetDeliveryDomain')),
    ...given('timeZone', values.text('timeZone')),
    ...given('skipDetails', values.flag('skipDetails')),
    ...given('maxItems', values.integer('maxItems')),
    ...given('incrementalSyncIntervalMs', seconds === undefined ? undefined : seconds * 1000),
  };
}

/** A form with the file as it is, for the API reads its encoding; what is null is left to the default. */
async function formOf(settings: Readonly<Record<string, Setting>>, csv: string): Promise<FormData> {
  const form = new FormData();
  for (const [field, value] of Object.entries(settings)) {
    const items = Array.isArray(value) ? value : [value];
    for (const item of items) if (item !== null) form.append(field, String(item));
  }
  form.append('csv', new Blob([await readFile(csv)], { type: 'text/csv' }), 'batch.csv');
  return form;
}

/** The rows that were left out, as many of them as a terminal is good for; `all` says where the others are. */
function notesOn(rowErrors: RowErrors, all: string, count = rowErrors.length): string[] {
  const faults = rowErrors.slice(0, shownRowErrors).map((fault) => `  line ${fault.line}: ${fault.message}`);
  if (count === 0) return [];
  const more = count === faults.length ? [] : [`  and ${count - faults.length} more: ${all} has them all`];
  return [`${count} rows of the CSV were left out:`, ...faults, ...more];
}

async function createBatch({ client, values }: CommandContext): Promise<CommandResult> {
  const key = values.text('idempotencyKey');
  const settings = readCreation(values);
  const form = await formOf(settings, values.required('csv'));
  const batch = expectData(
    await client.api.POST('/v1/tenants/{tenantId}/batches', {
      params: {
        path: { tenantId: client.tenantId },
        ...(key !== undefined && { header: { 'Idempotency-Key': key } }),
      },
      body: { name: settings.name, sourceEndpoint: settings.sourceEndpoint, csv: '' },
      bodySerializer: () => form,
    }),
  );
  return {
    records: [recordBatch(batch)],
    columns: batchColumns,
    notes: notesOn(batch.rowErrors, `sterna batch report ${settings.name}`, batch.rowErrorCount),
    json: batch,
  };
}

async function previewBatch({ client, values }: CommandContext): Promise<CommandResult> {
  const settings = readCreation(values);
  const form = await formOf(settings, values.required('csv'));
  const preview = expectData(
    await client.api.POST('/v1/tenants/{tenantId}/batches/validate', {
      params: { path: { tenantId: client.tenantId } },
      body: { name: settings.name, sourceEndpoint: settings.sourceEndpoint, csv: '' },
      bodySerializer: () => form,
    }),
  );
  const text = `What if: Performing the operation "New-MigrationBatch" on target "${preview.name}": ${preview.totalCount} mailboxes through "${preview.sourceEndpoint}".`;
  return { records: [], text, notes: notesOn(preview.rowErrors, '--output json'), json: preview };
}

async function changeBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  const params = batchPathOf(context);
  const notes: string[] = [];
  if (values.text('csv') !== undefined) notes.push(...(await addUsers(context)));
  else if (values.flag('addUsers') === true) throw new UsageError('-AddUsers needs -CSVData.');
  const approves = values.flag('approveSkippedItems') === true;
  const body = { ...readChangeable(values), ...(approves && { approveSkippedItems: true }) };
  const path = '/v1/tenants/{tenantId}/batches/{batch}';
  const batch = expectData(
    Object.keys(body).length === 0
      ? await client.api.GET(path, { params })
      : await client.api.PATCH(path, { params, body }),
  );
  if (values.flag('syncNow') === true) notes.push(await syncNow(context));
  return { records: [recordBatch(batch)], columns: batchColumns, notes, json: batch };
}

/** New rows join, known mailboxes get the password of their row. */
async function addUsers(context: CommandContext): Promise<string[]> {
  const { client, values } = context;
  const settings = given('allowUnknownColumnsInCsv', values.flag('allowUnknownColumnsInCsv'));
  const form = await formOf(settings, values.required('csv'));
  const result = expectData(
    await client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/users', {
      params: batchPathOf(context),
      body: { csv: '' },
      bodySerializer: () => form,
    }),
  );
  return [
    `${result.added} mailboxes were added, ${result.updated} have a new password.`,
    ...notesOn(result.rowErrors, '--output json'),
  ];
}

async function syncNow(context: CommandContext): Promise<string> {
  const params = batchPathOf(context);
  const result = expectData(
    await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/sync', { params }),
  );
  return `${result.mailboxes} mailboxes of "${params.path.batch}" synchronise now.`;
}

async function syncBatch(context: CommandContext): Promise<CommandResult> {
  const text = await syncNow(context);
  return { records: [], text, json: { text } };
}

/** New- and Set-MigrationBatch. */
export const batchSettingCommands: Command[] = [
  {
    path: ['batch', 'create'],
    cmdlet: 'New-MigrationBatch',
    summary: 'makes a batch from a CSV file; --what-if only checks it',
    changes: true,
    parameters: [
      {
        name: 'name',
        kind: 'text',
        isRequired: true,
        position: 0,
        help: 'name of the batch, at most 64 characters',
      },
      { name: 'sourceEndpoint', kind: 'text', isRequired: true, help: 'name of the endpoint' },
      { ...csvParameter, isRequired: true },
      { name: 'autoStart', kind: 'switch', help: 'starts at once' },
      { name: 'autoComplete', kind: 'switch', help: 'completes when all is synchronised once' },
      unknownColumns,
      { name: 'excludeFolders', kind: 'list', help: 'folders to leave out: names, with * or as #SentItems#' },
      { name: 'includeFolders', kind: 'list', help: 'only these folders' },
      {
        name: 'contentFilter',
        kind: 'text',
        help: `only messages received then: "Received -ge '8/23/2015'"`,
      },
      ...changeableSettings,
      {
        name: 'targetDeliveryDomain',
        kind: 'text',
        help: 'kept and shown; an IMAP migration forwards nothing',
      },
      { name: 'skipDetails', kind: 'switch', help: 'kept and shown' },
      { name: 'maxItems', kind: 'integer', only: 'plain', help: 'messages a mailbox, the newest; 500000' },
      { name: 'incrementalSyncIntervalSeconds', kind: 'integer', only: 'plain', help: 'the same in seconds' },
      {
        name: 'idempotencyKey',
        kind: 'text',
        only: 'plain',
        help: 'the same key never makes a second batch',
      },
    ],
    preview: previewBatch,
    run: createBatch,
  },
  {
    path: ['batch', 'set'],
    cmdlet: 'Set-MigrationBatch',
    summary: 'changes a batch, adds mailboxes to it, or synchronises it at once',
    changes: true,
    parameters: [
      identity,
      { name: 'syncNow', kind: 'switch', help: 'synchronises what is Synced now' },
      { name: 'addUsers', kind: 'switch', help: 'with the CSV: its new rows join the batch' },
      csvParameter,
      unknownColumns,
      ...changeableSettings,
      { name: 'approveSkippedItems', kind: 'switch', help: 'approves the messages that did not arrive' },
      accepted('update', 'accepted; settings are read anew at every pass'),
    ],
    run: changeBatch,
  },
  {
    path: ['batch', 'sync'],
    summary: 'synchronises what is Synced at once',
    changes: true,
    parameters: [identity],
    run: syncBatch,
  },
];
