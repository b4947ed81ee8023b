import type { BatchStatus } from '@sterna/domain';
import type { Batch } from '@sterna/state';

const ends: readonly BatchStatus[] = ['Failed', 'Stopped', 'Completed', 'CompletedWithErrors'];
const synced: readonly BatchStatus[] = ['Synced', 'SyncedWithErrors'];
const resting: readonly BatchStatus[] = [...ends, 'Created', 'Waiting', 'Removing', 'Corrupted'];

type Reported = Pick<
  Batch,
  | 'status'
  | 'statusHistory'
  | 'startedAt'
  | 'lastReportAt'
  | 'reportIntervalMs'
  | 'skipReports'
  | 'notificationEmails'
>;

/**
 * Whether a status report is due: when the initial synchronisation is done, when the batch has come to an end, and
 * while it runs after every ReportInterval.
 */
export function isReportDue(batch: Reported, now: Date): boolean {
  const { notificationEmails, skipReports, startedAt, reportIntervalMs } = batch;
  if (notificationEmails.length === 0 || skipReports || startedAt === null) return false;
  const since = batch.lastReportAt ?? startedAt;
  if (hasNews(batch, since)) return true;
  const isRunning = !resting.includes(batch.status);
  return isRunning && reportIntervalMs > 0 && now.getTime() - since.getTime() >= reportIntervalMs;
}

/** The daily synchronisation makes a batch Synced again each time; only the first time is news. */
function hasNews({ statusHistory }: Reported, since: Date): boolean {
  return statusHistory.some(({ status, at }, index) => {
    if (at <= since) return false;
    if (ends.includes(status)) return true;
    return synced.includes(status) && statusHistory[index - 1]?.status === 'Syncing';
  });
}
