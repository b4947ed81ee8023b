import type { CommandContext, CommandValues, Parameter } from '../command-table.js';
import { UsageError } from '../usage-error.js';

/** The columns of a list of batches. */
export const batchColumns = [
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

export const batchStatuses = [
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

export const optionalIdentity: Parameter = {
  name: 'name',
  cmdletName: 'Identity',
  kind: 'text',
  position: 0,
  help: 'name or id of the batch',
};
export const identity: Parameter = { ...optionalIdentity, isRequired: true };

export const csvParameter: Parameter = {
  name: 'csv',
  cmdletName: 'CSVData',
  kind: 'file',
  help: 'CSV file: EmailAddress,UserName,Password[,UserRoot]',
};
export const unknownColumns: Parameter = {
  name: 'allowUnknownColumnsInCsv',
  kind: 'switch',
  help: 'ignores columns that are not known',
};

/** What New- and Set-MigrationBatch have in common. */
export const changeableSettings: readonly Parameter[] = [
  { name: 'badItemLimit', kind: 'unlimited', help: 'messages of a mailbox that may fail, default unlimited' },
  {
    name: 'largeItemLimit',
    kind: 'unlimited',
    help: 'messages of a mailbox that may be too large, default unlimited',
  },
  { name: 'largeItemLimitBytes', kind: 'integer', help: 'largest message, default 36700160 (35 MB)' },
  { name: 'startAfter', kind: 'moment', help: 'does not start before; $null takes it away' },
  {
    name: 'completeAfter',
    kind: 'moment',
    help: 'has a last synchronisation then and ends; $null takes it away',
  },
  {
    name: 'timeZone',
    kind: 'timezone',
    help: 'of times without a zone: a name of Windows or IANA, default UTC',
  },
  { name: 'notificationEmails', kind: 'list', help: 'who gets the status reports' },
  {
    name: 'reportInterval',
    kind: 'timespan',
    help: 'between two status reports, default 1.00:00:00; 0 is never',
  },
  { name: 'skipReports', kind: 'switch', help: 'sends no status reports' },
  {
    name: 'incrementalSyncInterval',
    kind: 'timespan',
    help: 'between two incremental synchronisations, default 1.00:00:00',
  },
];

/** Microsoft's parameters that an IMAP migration does not need, so that scripts run as they are. */
export const accepted = (name: string, help = 'accepted; has no effect on an IMAP migration'): Parameter => ({
  name,
  kind: 'switch',
  only: 'cmdlet',
  help,
});

/** @throws UsageError */
export function requireName(values: CommandValues): string {
  const name = values.text('name');
  if (name === undefined) throw new UsageError('Missing: the name of the batch');
  return name;
}

/** The path parameters of a batch. */
export const batchPathOf = ({ client, values }: CommandContext) => ({
  path: { tenantId: client.tenantId, batch: requireName(values) },
});
