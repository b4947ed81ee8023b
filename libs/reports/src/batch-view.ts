import {
  addTallies,
  batchStatuses,
  type DataConsistencyScore,
  dataConsistencyScores,
  emptyTally,
  scoreOf,
  summaryOf,
  type Tally,
  type UserStatus,
  type UserStatusSummary,
  worstScore,
} from '@sterna/domain';
import type { Batch, RowError, StateStore } from '@sterna/state';
import { z } from 'zod';
import { moment, printMoment } from './moment.js';
import { percentOf, tallyView } from './tally-view.js';

const userCounts = z.object({
  total: z.int(),
  active: z.int(),
  synced: z.int(),
  completed: z.int(),
  failed: z.int(),
  stopped: z.int(),
});

/**
 * A batch as the API shows it. Null limits are unlimited. `rowErrors` has the first rows of its CSV that were left out, up
 * to 1,000; in a report, all `rowErrorCount` of them.
 */
export const batchView = z
  .object({
    batchId: z.string(),
    name: z.string(),
    status: z.enum(batchStatuses),
    statusHistory: z.array(z.object({ status: z.enum(batchStatuses), at: moment, reason: z.string() })),
    sourceEndpoint: z.string(),
    totalCount: z.int(),
    users: userCounts,
    tally: tallyView,
    percentageComplete: z.int().min(0).max(100),
    dataConsistencyScore: z.enum(dataConsistencyScores),
    excludeFolders: z.array(z.string()),
    includeFolders: z.array(z.string()),
    contentFilter: z.string().nullable(),
    badItemLimit: z.int().nullable(),
    largeItemLimit: z.int().nullable(),
    largeItemLimitBytes: z.int(),
    maxItems: z.int(),
    incrementalSyncIntervalMs: z.int(),
    targetDeliveryDomain: z.string().nullable(),
    startAfter: moment.nullable(),
    completeAfter: moment.nullable(),
    timeZone: z.string(),
    notificationEmails: z.array(z.string()),
    reportIntervalMs: z.int(),
    skipReports: z.boolean(),
    skipDetails: z.boolean(),
    createdAt: moment,
    createdBy: z.string(),
    startedAt: moment.nullable(),
    lastSyncedAt: moment.nullable(),
    rowErrors: z.array(
      z.object({ line: z.int(), emailAddress: z.string(), code: z.string(), message: z.string() }),
    ),
    rowErrorCount: z.int(),
  })
  .meta({ id: 'Batch' });
export type BatchView = z.output<typeof batchView>;

const countNames: Record<UserStatusSummary, 'active' | 'synced' | 'completed' | 'failed' | 'stopped'> = {
  Active: 'active',
  Synced: 'synced',
  Completed: 'completed',
  Failed: 'failed',
  Stopped: 'stopped',
};

/** How many users are in which summary of statuses. */
export function countUsers(counts: Iterable<readonly [UserStatus, number]>): BatchView['users'] {
  const users = { total: 0, active: 0, synced: 0, completed: 0, failed: 0, stopped: 0 };
  for (const [status, count] of counts) {
    users.total += count;
    users[countNames[summaryOf(status)]] += count;
  }
  return users;
}

/** What the users of a batch have come to. */
export interface BatchAccounts {
  endpointName: string;
  users: BatchView['users'];
  tally: Tally;
  score: DataConsistencyScore;
  rowErrors: RowError[];
  rowErrorCount: number;
}

/** Reads the accounts of a batch from its users and the ledger. */
export async function readBatchAccounts(store: StateStore, batch: Batch): Promise<BatchAccounts> {
  const [endpoint, counts, { first: rowErrors, count: rowErrorCount }] = await Promise.all([
    store.endpoints.find(batch.tenantId, batch.endpointId),
    store.users.countByStatus(batch.tenantId, batch.batchId),
    store.rowErrors.summaryOf(batch),
  ]);
  let tally = emptyTally;
  const scores = new Set<DataConsistencyScore>();
  for await (const ids of store.users.idsOf(batch)) {
    const tallies = await store.ledger.tallies(ids.map(({ pairId }) => pairId));
    for (const one of tallies.values()) {
      tally = addTallies(tally, one);
      scores.add(scoreOf(one));
    }
  }
  return {
    endpointName: endpoint?.name ?? batch.endpointId,
    users: countUsers(counts),
    tally,
    score: worstScore(scores),
    rowErrors,
    rowErrorCount,
  };
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
    dataConsistencyScore: accounts.score,
    excludeFolders: [...batch.excludeFolders],
    includeFolders: [...batch.includeFolders],
    contentFilter: batch.contentFilter,
    badItemLimit: batch.badItemLimit,
    largeItemLimit: batch.largeItemLimit,
    largeItemLimitBytes: batch.largeItemLimitBytes,
    maxItems: batch.maxItems,
    incrementalSyncIntervalMs: batch.incrementalSyncIntervalMs,
    targetDeliveryDomain: batch.targetDeliveryDomain,
    startAfter: printMoment(batch.startAfter),
    completeAfter: printMoment(batch.completeAfter),
    timeZone: batch.timeZone,
    notificationEmails: [...batch.notificationEmails],
    reportIntervalMs: batch.reportIntervalMs,
    skipReports: batch.skipReports,
    skipDetails: batch.skipDetails,
    createdAt: batch.createdAt.toISOString(),
    createdBy: batch.createdBy,
    startedAt: printMoment(batch.startedAt),
    lastSyncedAt: printMoment(batch.lastSyncedAt),
    rowErrors: accounts.rowErrors,
    rowErrorCount: accounts.rowErrorCount,
  };
}

/** The percentage of messages, but never 100 while a mailbox is still at work and may find more. */
function percentOfBatch({ users, tally }: BatchAccounts): number {
  const arrived = users.synced + users.completed;
  if (tally.found === 0) return users.total > 0 && users.active === 0 && arrived > 0 ? 100 : 0;
  return users.active > 0 ? Math.min(99, percentOf(tally)) : percentOf(tally);
}
