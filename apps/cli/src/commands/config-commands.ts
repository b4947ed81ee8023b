import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, OutputRecord } from '../command-table.js';
import { given } from './given.js';

type Config = components['schemas']['MigrationConfig'];

/** Microsoft's property names where it has them. Features is fixed: Sterna has all of them. */
function recordConfig(tenantId: string, config: Config): OutputRecord {
  return {
    Identity: tenantId,
    MaxNumberOfBatches: config.maxNumberOfBatches ?? 'Unlimited',
    MaxConcurrentMigrations: config.maxConcurrentMigrations ?? 'Unlimited',
    Features: ['MultiBatch', 'Endpoints'],
    StopSyncedAfterDays: config.stopSyncedAfterDays ?? 'Never',
    RemoveStoppedAfterDays: config.removeStoppedAfterDays ?? 'Never',
    RemoveCompletedAfterDays: config.removeCompletedAfterDays ?? 'Never',
  };
}

async function getConfig({ client }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: client.tenantId } };
  const config = expectData(await client.api.GET('/v1/tenants/{tenantId}/config', { params }));
  return { records: [recordConfig(client.tenantId, config)], json: config };
}

async function setConfig({ client, values }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: client.tenantId } };
  const body = {
    ...given('maxConcurrentMigrations', values.unlimited('maxConcurrentMigrations')),
    ...given('maxNumberOfBatches', values.unlimited('maxNumberOfBatches')),
    ...given('stopSyncedAfterDays', values.unlimited('stopSyncedAfterDays')),
    ...given('removeStoppedAfterDays', values.unlimited('removeStoppedAfterDays')),
    ...given('removeCompletedAfterDays', values.unlimited('removeCompletedAfterDays')),
  };
  const config = expectData(await client.api.PATCH('/v1/tenants/{tenantId}/config', { params, body }));
  return { records: [recordConfig(client.tenantId, config)], json: config };
}

async function getStatistics({ client }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: client.tenantId } };
  const found = expectData(await client.api.GET('/v1/tenants/{tenantId}/statistics', { params }));
  const { users } = found;
  const statusesOf = (counts: readonly { status: string; count: number }[]): string[] =>
    counts.map(({ status, count }) => `${status}: ${count}`);
  const record = {
    Identity: client.tenantId,
    MigrationType: 'IMAP',
    BatchCount: found.batches,
    TotalCount: users.total,
    ActiveCount: users.active,
    SyncedCount: users.synced,
    FinalizedCount: users.completed,
    FailedCount: users.failed,
    StoppedCount: users.stopped,
    BatchStatuses: statusesOf(found.batchStatuses),
    UserStatuses: statusesOf(found.userStatuses),
  };
  return { records: [record], json: found };
}

/** Get- and Set-MigrationConfig, Get-MigrationStatistics. */
export const configCommands: Command[] = [
  {
    path: ['config', 'get'],
    cmdlet: 'Get-MigrationConfig',
    summary: 'limits of the tenant and the lifetimes of its batches',
    parameters: [],
    run: getConfig,
  },
  {
    path: ['config', 'set'],
    cmdlet: 'Set-MigrationConfig',
    summary: 'changes them',
    changes: true,
    parameters: [
      { name: 'maxConcurrentMigrations', kind: 'unlimited', help: 'mailboxes that synchronise at once' },
      { name: 'maxNumberOfBatches', kind: 'unlimited', help: 'default 100' },
      {
        name: 'stopSyncedAfterDays',
        kind: 'unlimited',
        help: 'stops what is Synced and untouched, default 60',
      },
      {
        name: 'removeStoppedAfterDays',
        kind: 'unlimited',
        help: 'removes what is Stopped or Failed, default 90',
      },
      { name: 'removeCompletedAfterDays', kind: 'unlimited', help: 'removes what is Completed, default 60' },
    ],
    run: setConfig,
  },
  {
    path: ['tenant', 'statistics'],
    cmdlet: 'Get-MigrationStatistics',
    summary: 'how many batches and mailboxes are in which status',
    parameters: [{ name: 'diagnosticInfo', kind: 'text', only: 'cmdlet', help: 'accepted; has no effect' }],
    run: getStatistics,
  },
];
