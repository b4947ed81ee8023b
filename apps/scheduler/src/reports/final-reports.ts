import { Inject, Injectable } from '@nestjs/common';
import type { components } from '@sterna/api-client';
import { addTallies, emptyTally, summaryOf, type Tally, type UserStatusSummary } from '@sterna/domain';
import { type Batch, type MigrationUser, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { finalStatusOf } from './final-status.js';

/** The report as the OpenAPI document describes it, so that the API can give it out as it is. */
type BatchReport = components['schemas']['BatchReport'];
type UserReport = BatchReport['users'][number];

const missedPerUser = 1_000;
const countNames = {
  Active: 'active',
  Synced: 'synced',
  Completed: 'completed',
  Failed: 'failed',
  Stopped: 'stopped',
} as const satisfies Record<UserStatusSummary, keyof BatchReport['batch']['users']>;

/** Saves the last word on a batch that is being removed: what became of each mailbox, from the ledger. */
@Injectable()
export class FinalReports {
  private readonly store: StateStore;
  private readonly clock: Clock;

  constructor(@Inject(StateStore) store: StateStore, @Inject(Clock) clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Once: a report that is settled is not made again, because the users may be gone by then. */
  async save(batch: Batch): Promise<void> {
    const { tenantId, batchId, name } = batch;
    if (await this.store.reports.isSettled(tenantId, batchId)) return;
    const json = JSON.stringify(await this.create(batch));
    const savedAt = this.clock.now();
    await this.store.reports.saveSettled({ tenantId, batchId, batchName: name, savedAt, json });
  }

  private async create(batch: Batch): Promise<BatchReport> {
    const users: UserReport[] = [];
    for await (const page of this.store.users.pagesOf(batch)) {
      const tallies = await this.store.ledger.tallies(page.map((user) => user.pairId));
      for (const user of page)
        users.push(await this.reportUser(user, tallies.get(user.pairId) ?? emptyTally));
    }
    const endpoint = await this.store.endpoints.find(batch.tenantId, batch.endpointId);
    return {
      createdAt: this.clock.now().toISOString(),
      isFinal: true,
      batch: reportBatch(batch, endpoint?.name ?? batch.endpointId, users),
      users,
    };
  }

  private async reportUser(user: MigrationUser, tally: Tally): Promise<UserReport> {
    const status = finalStatusOf(user.statusHistory) ?? user.status;
    const statusSummary = summaryOf(status);
    return {
      userId: user.userId,
      emailAddress: user.emailAddress,
      userName: user.userName,
      userRoot: user.userRoot,
      batchId: user.batchId,
      status,
      statusSummary,
      error: user.error,
      tally,
      percentageComplete: statusSummary === 'Synced' && tally.found === 0 ? 100 : percentOf(tally),
      passNumber: user.passNumber,
      lastSuccessfulSyncAt: user.lastSuccessfulSyncAt?.toISOString() ?? null,
      nextSyncAt: null,
      ...(await this.missedOf(user, tally)),
    };
  }

  /** The first messages that did not arrive, with the paths of their folders. */
  private async missedOf(
    { pairId }: MigrationUser,
    { filtered, skipped, failed, vanished }: Tally,
  ): Promise<Pick<UserReport, 'missed' | 'missedTruncated'>> {
    const count = filtered + skipped + failed + vanished;
    if (count === 0) return { missed: [], missedTruncated: false };
    const folders = await this.store.folders.list(pairId);
    const paths = new Map(folders.map(({ folderId, path }) => [folderId, path.join('/')]));
    const missed: UserReport['missed'] = [];
    let cursor: string | null = null;
    do {
      const page = await this.store.ledger.missed(pairId, { limit: 20, cursor });
      for (const { folderId, uidValidity: _, ...message } of page.messages) {
        missed.push({ folder: paths.get(folderId) ?? folderId, ...message });
      }
      cursor = page.cursor;
    } while (cursor !== null && missed.length < missedPerUser);
    return { missed: missed.slice(0, missedPerUser), missedTruncated: count > missedPerUser };
  }
}

function reportBatch(
  batch: Batch,
  sourceEndpoint: string,
  users: readonly UserReport[],
): BatchReport['batch'] {
  const counts = { total: users.length, active: 0, synced: 0, completed: 0, failed: 0, stopped: 0 };
  for (const { statusSummary } of users) counts[countNames[statusSummary]] += 1;
  const tally = users.reduce((sum, user) => addTallies(sum, user.tally), emptyTally);
  return {
    batchId: batch.batchId,
    name: batch.name,
    status: finalStatusOf(batch.statusHistory) ?? batch.status,
    statusHistory: batch.statusHistory.map((change) => ({ ...change, at: change.at.toISOString() })),
    sourceEndpoint,
    totalCount: batch.totalCount,
    users: counts,
    tally,
    percentageComplete: tally.found === 0 && counts.synced > 0 ? 100 : percentOf(tally),
    excludeFolders: batch.excludeFolders,
    includeFolders: batch.includeFolders,
    largeItemLimitBytes: batch.largeItemLimitBytes,
    maxItems: batch.maxItems,
    incrementalSyncIntervalMs: batch.incrementalSyncIntervalMs,
    startAfter: batch.startAfter?.toISOString() ?? null,
    completeAfter: batch.completeAfter?.toISOString() ?? null,
    notificationEmails: batch.notificationEmails,
    skipDetails: batch.skipDetails,
    createdAt: batch.createdAt.toISOString(),
    startedAt: batch.startedAt?.toISOString() ?? null,
    lastSyncedAt: batch.lastSyncedAt?.toISOString() ?? null,
    rowErrors: batch.rowErrors,
  };
}

/** 100 only when all that was found has come to an end. */
function percentOf({ found, toDo }: Tally): number {
  return found === 0 ? 0 : Math.floor(((found - toDo) / found) * 100);
}
