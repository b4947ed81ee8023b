import { Inject, Injectable } from '@nestjs/common';
import type { UserStatus } from '@sterna/domain';
import { type Batch, StateStore, type UserTransition } from '@sterna/state';
import { Clock } from '../clock.js';
import type { Duty } from './duty.js';

/**
 * Starts batches whose time has come, and queues the users of batches that are Starting, whether or not whoever
 * started them got to that; then the batch is Syncing.
 */
@Injectable()
export class StartBatches implements Duty {
  readonly name = 'start-batches';
  readonly everyMs = 0;
  private readonly store: StateStore;
  private readonly clock: Clock;

  constructor(@Inject(StateStore) store: StateStore, @Inject(Clock) clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const batch of await this.store.batches.inStatus(['Waiting'])) {
      if (batch.startAfter === null || batch.startAfter <= this.clock.now()) {
        await this.change(batch, 'Starting', 'its time to start has come');
      }
    }
    for (const batch of await this.store.batches.inStatus(['Starting'])) {
      if (signal.aborted) return;
      if (await this.queueUsers(batch, signal)) await this.change(batch, 'Syncing', 'its users are queued');
    }
  }

  private change(batch: Batch, to: 'Starting' | 'Syncing', reason: string): Promise<Batch | null> {
    const from = to === 'Starting' ? (['Waiting'] as const) : (['Starting'] as const);
    return this.store.batches.transition(batch.tenantId, batch.batchId, to, { reason, from });
  }

  private async queueUsers(batch: Batch, signal: AbortSignal): Promise<boolean> {
    const now = this.clock.now();
    const fresh = { error: null, attempt: 0 };
    const isDone = await this.move(batch, 'Queued', signal, {
      from: ['Validating', 'Stopped', 'Failed'],
      set: { ...fresh, notBefore: now, queuedAt: now },
    });
    return (
      isDone &&
      this.move(batch, 'Synced', signal, { from: ['IncrementalStopped'], set: { ...fresh, nextSyncAt: now } })
    );
  }

  /** False when the batch is not Starting any more, or the service ends. */
  private async move(
    batch: Batch,
    to: UserStatus,
    signal: AbortSignal,
    how: { from: readonly UserStatus[]; set: NonNullable<UserTransition['set']> },
  ): Promise<boolean> {
    const { tenantId, batchId } = batch;
    for await (const users of this.store.users.pagesOf(batch, how.from)) {
      const current = await this.store.batches.find(tenantId, batchId);
      if (signal.aborted || current?.status !== 'Starting') return false;
      await Promise.all(
        users.map(({ userId, startAfter }) => {
          const isLater = startAfter !== null && startAfter > this.clock.now();
          const own = isLater ? { notBefore: startAfter } : {};
          return this.store.users.transition(tenantId, userId, to, {
            reason: 'started',
            from: how.from,
            set: { ...how.set, ...own },
          });
        }),
      );
    }
    return true;
  }
}
