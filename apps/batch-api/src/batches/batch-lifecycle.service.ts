import { Inject, Injectable } from '@nestjs/common';
import { type BatchStatus, type UserStatus, userStatusesAtWork, userStops } from '@sterna/domain';
import { type Batch, type BatchTransition, StateStore } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { ProblemError, statusForbids } from '../problems/problem.js';
import type { BatchCompletion } from './batch.schema.js';

const running: readonly BatchStatus[] = [
  'Starting',
  'Syncing',
  'IncrementalSyncing',
  'Synced',
  'Waiting',
  'Completing',
];
const synced: readonly BatchStatus[] = ['Synced', 'SyncedWithErrors', 'IncrementalSyncing', 'Syncing'];
const unfinished: readonly UserStatus[] = [
  'Failed',
  'IncrementalFailed',
  'CompletionFailed',
  'Stopped',
  'IncrementalStopped',
  'Corrupted',
];

/** Start-, Stop-, Complete-, Set -SyncNow and Remove-MigrationBatch. The scheduler carries on from the statuses set here. */
@Injectable()
export class BatchLifecycleService {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  /** Starts a new or stopped batch, and tries failed users again. @throws ProblemError statusForbids */
  async start(access: RequestAccess, batch: Batch): Promise<Batch> {
    const now = new Date();
    const isWaiting = batch.startAfter !== null && batch.startAfter > now;
    const notBefore = isWaiting ? (batch.startAfter ?? now) : now;
    const started = running.includes(batch.status)
      ? await this.touch(batch, now)
      : await this.change(access, batch, isWaiting ? 'Waiting' : startedAs(batch.status), {
          reason: `started by ${access.actor}`,
          set: { startedAt: now, quietSince: now },
        });
    await this.store.users.startAll(batch, { notBefore, queuedAt: now });
    await this.completeAgain(batch, 'started', now);
    await this.record(access, 'batch.start', batch);
    return started;
  }

  /** Stops what works or waits; finished mailboxes keep what they have. @throws ProblemError statusForbids */
  async stop(access: RequestAccess, batch: Batch): Promise<Batch> {
    const reason = `stopped by ${access.actor}`;
    const isCompleting = batch.status === 'Completing';
    const set = { quietSince: new Date(), ...(isCompleting && { completeAfter: null }) };
    const stopping = await this.change(access, batch, 'Stopping', { reason, set });
    for (const { from, to } of userStops) await this.store.users.transitionAll(batch, to, { reason, from });
    await this.stopPasses(batch);
    await this.record(access, 'batch.stop', batch);
    return stopping;
  }

  /** Makes the incremental pass of every synced mailbox due now. @throws ProblemError statusForbids */
  async syncNow(access: RequestAccess, batch: Batch): Promise<number> {
    const now = new Date();
    const count = synced.includes(batch.status)
      ? await this.store.users.syncNow(batch.tenantId, batch.batchId, now)
      : 0;
    if (count === 0) {
      throw statusForbids(
        'migration batch',
        batch.name,
        batch.status,
        'synchronised: no mailbox of it is Synced',
      );
    }
    await this.touch(batch, now);
    await this.record(access, 'batch.sync', batch);
    return count;
  }

  /**
   * Has a last pass made for each synced mailbox, now or at a later time, and the batch Completed when all are
   * through. @throws ProblemError statusForbids
   */
  async complete(
    access: RequestAccess,
    batch: Batch,
    { at, syncAndComplete }: BatchCompletion,
  ): Promise<Batch> {
    if (syncAndComplete) await this.requireAllSynced(batch);
    const completed = await this.planCompletion(access, batch, at);
    await this.record(access, 'batch.complete', batch);
    return completed;
  }

  private async planCompletion(access: RequestAccess, batch: Batch, at: string | null): Promise<Batch> {
    const now = new Date();
    if (at !== null && new Date(at) > now) {
      const set = { completeAfter: new Date(at), quietSince: now };
      const planned = await this.store.batches.change(batch.tenantId, batch.batchId, set);
      if (planned === null) throw statusForbids('migration batch', batch.name, batch.status, 'completed');
      return planned;
    }
    if (batch.status === 'Completing' || batch.status === 'Completed') return batch;
    const reason = `completed by ${access.actor}`;
    const set = { completeAfter: now, quietSince: now };
    const completing = await this.change(access, batch, 'Completing', { reason, set });
    await this.completeAgain(batch, reason, now);
    return completing;
  }

  /** Has the last pass made once more where it failed. */
  private async completeAgain(batch: Batch, reason: string, now: Date): Promise<void> {
    const set = { error: null, attempt: 0, nextSyncAt: now, syncNow: true };
    await this.store.users.transitionAll(batch, 'Completing', { reason, from: ['CompletionFailed'], set });
  }

  /** Begins the removal; the scheduler ends it when no pass runs. @throws ProblemError statusForbids */
  async remove(access: RequestAccess, batch: Batch, isForgotten: boolean): Promise<Batch> {
    if (batch.status === 'Removing') return batch;
    const removing = await this.change(access, batch, 'Removing', {
      reason: `removed by ${access.actor}`,
      set: { forgetLedger: isForgotten },
    });
    await this.stopPasses(batch);
    await this.record(access, 'batch.remove', batch);
    return removing;
  }

  private async change(
    access: RequestAccess,
    batch: Batch,
    to: BatchStatus,
    how: BatchTransition,
  ): Promise<Batch> {
    const changed = await this.store.batches.transition(access.tenantId, batch.batchId, to, how);
    if (changed !== null) return changed;
    throw statusForbids('migration batch', batch.name, batch.status, `changed to ${to}`);
  }

  private async touch(batch: Batch, quietSince: Date): Promise<Batch> {
    return (await this.store.batches.change(batch.tenantId, batch.batchId, { quietSince })) ?? batch;
  }

  private async requireAllSynced(batch: Batch): Promise<void> {
    const counts = await this.store.users.countByStatus(batch.tenantId, batch.batchId);
    const found = unfinished.filter((status) => counts.has(status));
    if (found.length === 0) return;
    throw new ProblemError('statusForbids', {
      what: `The migration batch "${batch.name}" has mailboxes that are ${found.join(', ')}.`,
      where: 'syncAndComplete',
      expected:
        'No failed and no stopped mailbox: start or remove them first, or leave out -SyncAndComplete.',
    });
  }

  private async stopPasses(batch: Batch): Promise<void> {
    for await (const users of this.store.users.pagesOf(batch, [...userStatusesAtWork, 'Stopping'])) {
      const passIds = users.flatMap(({ activePassId }) => (activePassId === null ? [] : [activePassId]));
      await Promise.all(passIds.map((passId) => this.store.passes.requestStop(passId)));
    }
  }

  private async record(access: RequestAccess, action: string, batch: Batch): Promise<void> {
    const { actor, tenantId } = access;
    const detail = { batchId: batch.batchId };
    await this.store.audit.append({ tenantId, actor, action, subject: batch.name, detail });
  }
}

/** Where a start leads a batch that does not run: failed mailboxes alone are tried again where others are synced. */
function startedAs(status: BatchStatus): BatchStatus {
  if (status === 'SyncedWithErrors') return 'Syncing';
  return status === 'CompletedWithErrors' ? 'Completing' : 'Starting';
}
