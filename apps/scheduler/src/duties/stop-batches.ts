import { Inject, Injectable } from '@nestjs/common';
import { type UserStatus, userStops } from '@sterna/domain';
import { type Batch, StateStore } from '@sterna/state';
import type { Duty } from './duty.js';

const unstopped: readonly UserStatus[] = [...userStops.flatMap(({ from }) => from), 'Stopping'];

/**
 * Brings the users of batches that are Stopping to a stop, those too who changed while the stop began; when none is
 * left the batch is Stopped.
 */
@Injectable()
export class StopBatches implements Duty {
  readonly name = 'stop-batches';
  readonly everyMs = 0;
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const batch of await this.store.batches.inStatus(['Stopping'])) {
      for (const { from, to } of userStops) {
        if (signal.aborted) return;
        await this.store.users.transitionAll(batch, to, { reason: 'the batch is stopping', from });
      }
      await this.finish(batch);
    }
  }

  private async finish({ tenantId, batchId }: Batch): Promise<void> {
    const counts = await this.store.users.countByStatus(tenantId, batchId);
    if (unstopped.some((status) => counts.has(status))) return;
    await this.store.batches.transition(tenantId, batchId, 'Stopped', {
      reason: 'nothing of it runs any more',
      from: ['Stopping'],
    });
  }
}
