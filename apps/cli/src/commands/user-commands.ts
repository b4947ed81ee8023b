import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, Parameter } from '../command-table.js';
import { printList, printTable } from '../output/table.js';
import { recordTally, recordUser } from '../output/record.js';

type Statistics = components['schemas']['UserStatistics'];
type UserStatus = components['schemas']['User']['status'];

const columns = [
  'Identity',
  'Status',
  'SyncedItemCount',
  'SkippedItemCount',
  'Found',
  'ToDo',
  'PercentageComplete',
  'ErrorSummary',
];
const summaries = ['Active', 'Synced', 'Completed', 'Failed', 'Stopped'] as const;
const statuses: readonly UserStatus[] = [
  'Queued',
  'Validating',
  'Provisioning',
  'ProvisionUpdating',
  'Starting',
  'Syncing',
  'Synced',
  'IncrementalSyncing',
  'IncrementalSynced',
  'IncrementalFailed',
  'IncrementalStopped',
  'Failed',
  'Stopping',
  'Stopped',
  'Completing',
  'Completed',
  'CompletedWithWarnings',
  'CompletionSynced',
  'CompletionFailed',
  'Removing',
  'Corrupted',
];
const identity: Parameter = {
  name: 'user',
  cmdletName: 'Identity',
  kind: 'text',
  position: 0,
  help: 'e-mail address or id',
};

async function findUser({ client, values }: CommandContext): Promise<Statistics> {
  const params = { path: { tenantId: client.tenantId, user: values.required('user') } };
  return expectData(await client.api.GET('/v1/tenants/{tenantId}/users/{user}', { params }));
}

async function getUser(context: CommandContext): Promise<CommandResult> {
  if (context.values.text('user') === undefined) return listUsers(context);
  const user = await findUser(context);
  return { records: [recordUser(user)], json: user };
}

async function listUsers({ client, values }: CommandContext): Promise<CommandResult> {
  const batch = values.text('batch');
  const status = statuses.find((known) => known === values.text('status'));
  const statusSummary = summaries.find((known) => known === values.text('statusSummary'));
  const query = {
    limit: values.integer('resultSize') ?? 1000,
    ...(batch !== undefined && { batch }),
    ...(status !== undefined && { status }),
    ...(statusSummary !== undefined && { statusSummary }),
  };
  const params = { path: { tenantId: client.tenantId }, query };
  const page = expectData(await client.api.GET('/v1/tenants/{tenantId}/users', { params }));
  return { records: page.items.map(recordUser), columns, json: page.items };
}

async function showStatistics(context: CommandContext): Promise<CommandResult> {
  const user = await findUser(context);
  const { rate } = user;
  const record = {
    ...recordUser(user),
    BytesTransferred: user.bytesMigrated,
    MessagesPerSecond: rate === null ? null : Number(rate.messagesPerSecond.toFixed(1)),
    BytesPerSecond: rate === null ? null : Math.round(rate.bytesPerSecond),
  };
  const folders = user.folders.map((folder) => ({ Folder: folder.path, ...recordTally(folder.tally) }));
  const missed = user.missed.map(({ folder, uid, outcome, sizeBytes, explanation }) => ({
    Folder: folder,
    Uid: uid,
    Outcome: outcome,
    Bytes: sizeBytes,
    Explanation: explanation,
  }));
  const parts = [
    printList([record], Object.keys(record)),
    printTable(folders, Object.keys(folders[0] ?? {})),
    ...(missed.length === 0
      ? []
      : [`Messages that did not arrive:\n${printTable(missed, Object.keys(missed[0] ?? {}))}`]),
  ];
  const { format } = context;
  return { records: [record], json: user, ...(format === 'default' && { text: parts.join('\n') }) };
}

export const userCommands: Command[] = [
  {
    path: ['user', 'list'],
    summary: 'lists the mailboxes',
    parameters: [
      { name: 'batch', kind: 'text', help: 'only of this batch' },
      { name: 'status', kind: 'text', choices: statuses, help: 'only in this status' },
      {
        name: 'statusSummary',
        kind: 'text',
        choices: summaries,
        help: 'Active, Synced, Completed, Failed or Stopped',
      },
      { name: 'resultSize', kind: 'integer', help: 'at most so many, default 1000' },
    ],
    run: listUsers,
  },
  {
    path: ['user', 'get'],
    cmdlet: 'Get-MigrationUser',
    summary: 'shows one mailbox, or all',
    parameters: [
      identity,
      { name: 'batch', cmdletName: 'BatchId', kind: 'text', help: 'only of this batch' },
      { name: 'status', kind: 'text', choices: statuses, help: 'only in this status' },
      {
        name: 'statusSummary',
        kind: 'text',
        choices: summaries,
        help: 'Active, Synced, Completed, Failed or Stopped',
      },
      { name: 'resultSize', kind: 'integer', help: 'at most so many, default 1000' },
    ],
    run: getUser,
  },
  {
    path: ['user', 'statistics'],
    cmdlet: 'Get-MigrationUserStatistics',
    summary: 'one mailbox folder by folder, with its rate and what did not arrive',
    parameters: [
      { ...identity, isRequired: true },
      { name: 'includeReport', kind: 'switch', only: 'cmdlet', help: 'always included' },
      { name: 'includeSkippedItems', kind: 'switch', only: 'cmdlet', help: 'always included' },
    ],
    run: showStatistics,
  },
];
