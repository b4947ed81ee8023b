import { Inject, Injectable } from '@nestjs/common';
import { type BatchStatus, completedStatusOf, type UserStatus } from '@sterna/domain';
import { type Batch, type MigrationUser, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import type { Duty } from './duty.js';

const completable: readonly BatchStatus[] = ['Synced', 'SyncedWithErrors'];
const synced: readonly UserStatus[] = ['Synced', 'IncrementalSynced', 'IncrementalFailed'];
const lookedAt = 1_000;

/**
 * Completes what is to be completed: a batch when its CompleteAfter has come or all its mailboxes are completed, a
 * mailbox when its own CompleteAfter has come or that of its batch. A mailbox that is Completing has a last pass; a
 * batch is Completed when none of its mailboxes is on its way.
 */
@Injectable()
export class CompleteBatches implements Duty {
  readonly name = 'complete-batches';
  readonly everyMs = 0;
  private readonly store: StateStore;
  private readonly clock: Clock;

  constructor(@Inject(StateStore) store: StateStore, @Inject(Clock) clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  async run(signal: AbortSignal): Promise<void> {
    const now = this.clock.now();
    for (const user of await this.store.users.findToComplete(synced, now, lookedAt)) {
      if (signal.aborted) return;
      await this.completeUser(user, 'its time to complete has come');
    }
    for (const batch of await this.store.batches.inStatus(completable)) await this.begin(batch, now);
    for (const batch of await this.store.batches.inStatus(['Completing'])) {
      if (signal.aborted) return;
      await this.completeUsers(batch, now);
      await this.finish(batch);
    }
  }

  private async begin(batch: Batch, now: Date): Promise<void> {
    const { tenantId, batchId, completeAfter } = batch;
    const isDue = completeAfter !== null && completeAfter <= now;
    if (!isDue && (await this.endOf(batch)) !== 'Completed') return;
    await this.store.batches.transition(tenantId, batchId, 'Completing', {
      reason: isDue ? 'its time to complete has come' : 'all its mailboxes are completed',
      from: completable,
    });
  }

  private async completeUsers(batch: Batch, now: Date): Promise<void> {
    for await (const users of this.store.users.pagesOf(batch, synced)) {
      const due = users.filter(({ completeAfter }) => completeAfter === null || completeAfter <= now);
      await Promise.all(due.map((user) => this.completeUser(user, 'its batch is completed')));
    }
  }

  private async completeUser({ tenantId, userId }: MigrationUser, reason: string): Promise<void> {
    const set = { nextSyncAt: this.clock.now(), syncNow: true, attempt: 0, error: null };
    await this.store.users.transition(tenantId, userId, 'Completing', { reason, from: synced, set });
  }

  private async finish(batch: Batch): Promise<void> {
    const to = await this.endOf(batch);
    if (to === null) return;
    const reason =
      to === 'Completed' ? 'all its mailboxes are completed' : 'not all its mailboxes are completed';
    await this.store.batches.transition(batch.tenantId, batch.batchId, to, { reason, from: ['Completing'] });
  }

  private async endOf({ tenantId, batchId }: Batch): Promise<BatchStatus | null> {
    const counts = await this.store.users.countByStatus(tenantId, batchId);
    return completedStatusOf([...counts.keys()]);
  }
}
