import { summaryOf, type Tally, type UserStatus, type UserStatusSummary } from '@sterna/domain';
import type { Batch } from '@sterna/state';
import { printMoment } from '../page.js';
import { percentOf } from '../tally.schema.js';
import type { BatchView } from './batch.schema.js';

const countNames: Record<UserStatusSummary, 'active' | 'synced' | 'completed' | 'failed' | 'stopped'> = {
  Active: 'active',
  Synced: 'synced',
  Completed: 'completed',
  Failed: 'failed',
  Stopped: 'stopped',
};

/** How many users are in which summary of statuses. */
export function countUsers(counts: ReadonlyMap<UserStatus, number>): BatchView['users'] {
  const users = { total: 0, active: 0, synced: 0, completed: 0, failed: 0, stopped: 0 };
  for (const [status, count] of counts) {
    users.total += count;
    users[countNames[summaryOf(status)]] += count;
  }
  return users;
}

export interface BatchAccounts {
  endpointName: string;
  users: BatchView['users'];
  tally: Tally;
}

/** A batch as the API shows it. */
export function viewBatch(batch: Batch, accounts: BatchAccounts): BatchView {
  return {
    batchId: batch.batchId,
    name: batch.name,
    status: batch.status,
    statusHistory: batch.statusHistory.map((change) => ({ ...change, at: change.at.toISOString() })),
    sourceEndpoint: accounts.endpointName,
    totalCount: batch.totalCount,
    users: accounts.users,
    tally: accounts.tally,
    percentageComplete: percentOfBatch(accounts),
    excludeFolders: [...batch.excludeFolders],
    includeFolders: [...batch.includeFolders],
    largeItemLimitBytes: batch.largeItemLimitBytes,
    maxItems: batch.maxItems,
    incrementalSyncIntervalMs: batch.incrementalSyncIntervalMs,
    startAfter: printMoment(batch.startAfter),
    completeAfter: printMoment(batch.completeAfter),
    notificationEmails: [...batch.notificationEmails],
    skipDetails: batch.skipDetails,
    createdAt: batch.createdAt.toISOString(),
    startedAt: printMoment(batch.startedAt),
    lastSyncedAt: printMoment(batch.lastSyncedAt),
    rowErrors: batch.rowErrors.map((fault) => ({ ...fault })),
  };
}

/** The percentage of messages, but never 100 while a mailbox is still at work and may find more. */
function percentOfBatch({ users, tally }: BatchAccounts): number {
  if (tally.found === 0) return users.total > 0 && users.active === 0 && users.synced > 0 ? 100 : 0;
  return users.active > 0 ? Math.min(99, percentOf(tally)) : percentOf(tally);
}
