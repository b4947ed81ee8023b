import { type BatchStatus, batchStatusOf, isBatchChangeLegal, type UserStatus } from '@sterna/domain';

/**
 * The next status of a running batch whose users are in these statuses, or null when it stays. Where the
 * statuses of Microsoft do not lead to it directly (Syncing to IncrementalSyncing), the batch is Synced or
 * SyncedWithErrors in between.
 */
export function nextBatchStatus(current: BatchStatus, users: readonly UserStatus[]): BatchStatus | null {
  const wanted = batchStatusOf(users);
  if (wanted === current) return null;
  if (isBatchChangeLegal(current, wanted)) return wanted;
  const settled = batchStatusOf(users.map((status) => (status === 'IncrementalSyncing' ? 'Synced' : status)));
  return settled !== current && isBatchChangeLegal(current, settled) ? settled : null;
}
