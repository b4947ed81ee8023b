/** The fifteen batch statuses of Get-MigrationBatch -Status. */
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
export type BatchStatus = (typeof batchStatuses)[number];

/** The user statuses of Get-MigrationUser -Status. */
export const userStatuses = [
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
] as const;
export type UserStatus = (typeof userStatuses)[number];

const batchChanges: Record<BatchStatus, readonly BatchStatus[]> = {
  Created: ['Waiting', 'Starting', 'Removing'],
  Waiting: ['Starting', 'Stopping', 'Removing'],
  Starting: ['Syncing', 'Synced', 'SyncedWithErrors', 'Failed', 'Stopping', 'Removing'],
  Syncing: ['Synced', 'SyncedWithErrors', 'Failed', 'Stopping', 'Removing', 'Corrupted'],
  Synced: [
    'IncrementalSyncing',
    'Syncing',
    'SyncedWithErrors',
    'Completing',
    'Stopping',
    'Removing',
    'Corrupted',
  ],
  SyncedWithErrors: [
    'IncrementalSyncing',
    'Syncing',
    'Synced',
    'Failed',
    'Completing',
    'Stopping',
    'Removing',
    'Corrupted',
  ],
  IncrementalSyncing: [
    'Synced',
    'SyncedWithErrors',
    'Syncing',
    'Completing',
    'Stopping',
    'Removing',
    'Corrupted',
  ],
  Completing: ['Completed', 'CompletedWithErrors', 'Stopping', 'Removing', 'Corrupted'],
  Completed: ['Removing'],
  CompletedWithErrors: ['Completing', 'Removing'],
  Failed: ['Starting', 'Syncing', 'Removing'],
  Stopping: ['Stopped', 'Removing'],
  Stopped: ['Waiting', 'Starting', 'Removing'],
  Removing: [],
  Corrupted: ['Removing'],
};

const userChanges: Record<UserStatus, readonly UserStatus[]> = {
  Queued: ['Starting', 'Stopping', 'Stopped', 'Failed', 'Removing'],
  Validating: ['Queued', 'Failed', 'Stopped', 'Removing'],
  Provisioning: ['Removing'],
  ProvisionUpdating: ['Removing'],
  Starting: ['Syncing', 'Queued', 'Failed', 'Stopping', 'Removing'],
  Syncing: ['Synced', 'Queued', 'Failed', 'Stopping', 'Removing'],
  Synced: ['IncrementalSyncing', 'Completing', 'Stopping', 'Stopped', 'Removing'],
  IncrementalSyncing: ['Synced', 'IncrementalSynced', 'IncrementalFailed', 'Stopping', 'Removing'],
  IncrementalSynced: ['IncrementalSyncing', 'Completing', 'Stopping', 'IncrementalStopped', 'Removing'],
  IncrementalFailed: ['IncrementalSyncing', 'Stopping', 'IncrementalStopped', 'Completing', 'Removing'],
  IncrementalStopped: ['IncrementalSyncing', 'Synced', 'Removing'],
  Failed: ['Queued', 'Removing'],
  Stopping: ['Stopped', 'IncrementalStopped', 'Removing'],
  Stopped: ['Queued', 'Removing'],
  Completing: [
    'Completed',
    'CompletedWithWarnings',
    'CompletionFailed',
    'Stopping',
    'IncrementalStopped',
    'Removing',
  ],
  Completed: ['Removing'],
  CompletedWithWarnings: ['Removing'],
  CompletionSynced: ['Completing', 'Removing'],
  CompletionFailed: ['Completing', 'Removing'],
  Removing: [],
  Corrupted: ['Removing'],
};

/** Whether a batch may change from one status to another. */
export function isBatchChangeLegal(from: BatchStatus, to: BatchStatus): boolean {
  return batchChanges[from].includes(to);
}

/** Whether a migration user may change from one status to another. */
export function isUserChangeLegal(from: UserStatus, to: UserStatus): boolean {
  return userChanges[from].includes(to);
}

/** The statuses from which `to` may be reached: the filter of a compare-and-set. */
export function batchStatusesBefore(to: BatchStatus): BatchStatus[] {
  return batchStatuses.filter((from) => isBatchChangeLegal(from, to));
}

/** The statuses from which `to` may be reached: the filter of a compare-and-set. */
export function userStatusesBefore(to: UserStatus): UserStatus[] {
  return userStatuses.filter((from) => isUserChangeLegal(from, to));
}

/** -StatusSummary of Get-MigrationUser. */
export type UserStatusSummary = 'Active' | 'Synced' | 'Completed' | 'Failed' | 'Stopped';

const summaries: Record<UserStatus, UserStatusSummary> = {
  Queued: 'Active',
  Validating: 'Active',
  Provisioning: 'Active',
  ProvisionUpdating: 'Active',
  Starting: 'Active',
  Syncing: 'Active',
  Synced: 'Synced',
  IncrementalSyncing: 'Active',
  IncrementalSynced: 'Synced',
  IncrementalFailed: 'Failed',
  IncrementalStopped: 'Stopped',
  Failed: 'Failed',
  Stopping: 'Active',
  Stopped: 'Stopped',
  Completing: 'Active',
  Completed: 'Completed',
  CompletedWithWarnings: 'Completed',
  CompletionSynced: 'Synced',
  CompletionFailed: 'Failed',
  Removing: 'Active',
  Corrupted: 'Failed',
};

/** Statuses of users whose pass runs. */
export const userStatusesAtWork: readonly UserStatus[] = [
  'Starting',
  'Syncing',
  'IncrementalSyncing',
  'Completing',
];

/** Statuses of users whom a start puts in the queue for their initial pass. */
export const userStatusesToQueue: readonly UserStatus[] = ['Validating', 'Stopped', 'Failed'];

/** How users come to a stop, from whichever status; those that are in none of these have nothing to stop. */
export const userStops: readonly { from: readonly UserStatus[]; to: UserStatus }[] = [
  { from: ['Validating', 'Queued', 'Synced'], to: 'Stopped' },
  { from: ['IncrementalSynced', 'IncrementalFailed'], to: 'IncrementalStopped' },
  { from: userStatusesAtWork, to: 'Stopping' },
];

/** The summary that an administrator filters by. */
export function summaryOf(status: UserStatus): UserStatusSummary {
  return summaries[status];
}

/**
 * The status in which the completion of a batch ends, from those of its users; null while one of them is on its
 * way. Users who were stopped or failed before are not completed, and make it CompletedWithErrors.
 */
export function completedStatusOf(users: readonly UserStatus[]): BatchStatus | null {
  const summaries = users.map(summaryOf);
  if (summaries.some((summary) => summary === 'Active' || summary === 'Synced')) return null;
  return summaries.every((summary) => summary === 'Completed') ? 'Completed' : 'CompletedWithErrors';
}

/**
 * The status of a running batch, from those of its users: Syncing while any is in its initial pass, then
 * Synced, SyncedWithErrors when some failed, Failed when all did or when there is none.
 */
export function batchStatusOf(users: readonly UserStatus[]): BatchStatus {
  if (users.length === 0) return 'Failed';
  const has = (...wanted: UserStatus[]): boolean => users.some((status) => wanted.includes(status));
  if (has('Queued', 'Validating', 'Starting', 'Syncing')) return 'Syncing';
  if (has('IncrementalSyncing', 'Completing')) return 'IncrementalSyncing';
  const failed = users.filter((status) => summaryOf(status) === 'Failed').length;
  if (failed === 0) return 'Synced';
  const neverArrived = users.filter((status) => status === 'Failed').length;
  return neverArrived === users.length ? 'Failed' : 'SyncedWithErrors';
}
