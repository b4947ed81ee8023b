import { Inject, Injectable } from '@nestjs/common';
import { type Batch, StateStore } from '@sterna/state';
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
      if ((await this.store.batches.find(batch.tenantId, batch.batchId))?.status !== 'Starting') continue;
      // a batch that is stopped meanwhile has them stopped by StopBatches; no pass starts before it is Syncing
      const now = this.clock.now();
      await this.store.users.startAll(batch, { notBefore: now, queuedAt: now });
      await this.change(batch, 'Syncing', 'its users are queued');
    }
  }

  private change(batch: Batch, to: 'Starting' | 'Syncing', reason: string): Promise<Batch | null> {
    const from = to === 'Starting' ? (['Waiting'] as const) : (['Starting'] as const);
    return this.store.batches.transition(batch.tenantId, batch.batchId, to, { reason, from });
  }
}
