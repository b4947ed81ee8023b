import { Inject, Injectable } from '@nestjs/common';
import type { BatchStatus, UserStatus } from '@sterna/domain';
import { type Batch, type MigrationUser, StateStore, type UserTransition } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { ProblemError } from '../problems/problem.js';
import { usersOfBatch } from './batch-users.js';

const running: readonly BatchStatus[] = ['Starting', 'Syncing', 'IncrementalSyncing', 'Synced', 'Waiting'];
const atWork: readonly UserStatus[] = ['Starting', 'Syncing', 'IncrementalSyncing'];
const synced: readonly BatchStatus[] = ['Synced', 'SyncedWithErrors', 'IncrementalSyncing', 'Syncing'];

/** Start-, Stop-, Set -SyncNow and Remove-MigrationBatch. The scheduler carries on from the statuses set here. */
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
    const to = isWaiting ? 'Waiting' : batch.status === 'SyncedWithErrors' ? 'Syncing' : 'Starting';
    const notBefore = isWaiting ? (batch.startAfter ?? now) : now;
    const started = running.includes(batch.status)
      ? batch
      : await this.change(access, batch, to, {
          reason: `started by ${access.actor}`,
          set: { startedAt: now },
        });
    const queue = { error: null, attempt: 0, notBefore, queuedAt: now };
    await this.moveUsers(batch, ['Validating', 'Stopped', 'Failed'], 'Queued', {
      reason: 'started',
      set: queue,
    });
    await this.moveUsers(batch, ['IncrementalStopped'], 'Synced', {
      reason: 'started',
      set: { error: null, attempt: 0, nextSyncAt: notBefore },
    });
    await this.record(access, 'batch.start', batch);
    return started;
  }

  /** Stops what works or waits; finished mailboxes keep what they have. @throws ProblemError statusForbids */
  async stop(access: RequestAccess, batch: Batch): Promise<Batch> {
    const reason = `stopped by ${access.actor}`;
    const stopping = await this.change(access, batch, 'Stopping', { reason });
    await this.moveUsers(batch, ['Validating', 'Queued', 'Synced'], 'Stopped', { reason });
    await this.moveUsers(batch, ['IncrementalSynced', 'IncrementalFailed'], 'IncrementalStopped', { reason });
    await this.moveUsers(batch, atWork, 'Stopping', { reason });
    await this.stopPasses(batch);
    await this.record(access, 'batch.stop', batch);
    return stopping;
  }

  /** Makes the incremental pass of every synced mailbox due now. @throws ProblemError statusForbids */
  async syncNow(access: RequestAccess, batch: Batch): Promise<number> {
    const count = synced.includes(batch.status)
      ? await this.store.users.syncNow(batch.tenantId, batch.batchId, new Date())
      : 0;
    if (count === 0) throw forbidden(batch, 'synchronised: no mailbox of it is Synced', 'Synced');
    await this.record(access, 'batch.sync', batch);
    return count;
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
    how: { reason: string; set?: { startedAt?: Date; forgetLedger?: boolean } },
  ): Promise<Batch> {
    const changed = await this.store.batches.transition(access.tenantId, batch.batchId, to, how);
    if (changed !== null) return changed;
    throw forbidden(batch, `changed to ${to}`, 'a status from which that is possible');
  }

  private async moveUsers(
    batch: Batch,
    from: readonly UserStatus[],
    to: UserStatus,
    how: Omit<UserTransition, 'from'>,
  ): Promise<void> {
    for await (const users of usersOfBatch(this.store, batch, from)) {
      await Promise.all(
        users.map((user) => this.store.users.transition(batch.tenantId, user.userId, to, { ...how, from })),
      );
    }
  }

  private async stopPasses(batch: Batch): Promise<void> {
    for await (const users of usersOfBatch(this.store, batch, [...atWork, 'Stopping'])) {
      await Promise.all(users.map((user: MigrationUser) => this.stopPass(user)));
    }
  }

  private async stopPass({ activePassId }: MigrationUser): Promise<void> {
    if (activePassId !== null) await this.store.passes.requestStop(activePassId);
  }

  private async record(access: RequestAccess, action: string, batch: Batch): Promise<void> {
    const { actor, tenantId } = access;
    await this.store.audit.append({
      tenantId,
      actor,
      action,
      subject: batch.name,
      detail: { batchId: batch.batchId },
    });
  }
}

function forbidden(batch: Batch, what: string, expected: string): ProblemError {
  return new ProblemError('statusForbids', {
    what: `The migration batch "${batch.name}" is ${batch.status} and can't be ${what}.`,
    where: 'batch',
    expected: `A batch in ${expected}.`,
  });
}
