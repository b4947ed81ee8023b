import type { BatchStatus } from '@sterna/domain';
import type { Batch, MigrationConfig } from '@sterna/state';

const dayMs = 86_400_000;

/** What has become of a batch that nobody touched for long. */
export interface Retirement {
  to: 'Stopping' | 'Removing';
  reason: string;
}

interface AgeRule {
  statuses: readonly BatchStatus[];
  to: Retirement['to'];
  days: keyof MigrationConfig;
}

const rules: readonly AgeRule[] = [
  { statuses: ['Synced', 'SyncedWithErrors'], to: 'Stopping', days: 'stopSyncedAfterDays' },
  { statuses: ['Stopped', 'Failed', 'Corrupted'], to: 'Removing', days: 'removeStoppedAfterDays' },
  { statuses: ['Completed', 'CompletedWithErrors'], to: 'Removing', days: 'removeCompletedAfterDays' },
];

/** Statuses that age. */
export const agingStatuses: readonly BatchStatus[] = rules.flatMap(({ statuses }) => statuses);

/**
 * Microsoft's lifecycle of a batch: Synced without an action of an administrator for 60 days is stopped, Stopped or
 * Failed is removed after 90 days, Completed after 60 (Exchange Online, Manage migration batches). The days are
 * settings of the tenant; null is never.
 */
export function retirementOf(
  batch: Pick<Batch, 'status' | 'statusHistory' | 'quietSince' | 'createdAt'>,
  config: MigrationConfig,
  now: Date,
): Retirement | null {
  const rule = rules.find(({ statuses }) => statuses.includes(batch.status));
  const days = rule === undefined ? null : config[rule.days];
  if (rule === undefined || days === null || now.getTime() - restingSince(batch) < days * dayMs) return null;
  return {
    to: rule.to,
    reason: `${batch.status} and without an action of an administrator for ${days} days`,
  };
}

/** For Synced the daily changes of status do not count; the others have changed for the last time. */
function restingSince(batch: Parameters<typeof retirementOf>[0]): number {
  const quietSince = (batch.quietSince ?? batch.createdAt).getTime();
  if (batch.status === 'Synced' || batch.status === 'SyncedWithErrors') return quietSince;
  return Math.max(quietSince, batch.statusHistory.at(-1)?.at.getTime() ?? 0);
}
