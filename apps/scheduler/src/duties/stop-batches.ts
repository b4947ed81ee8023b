import { Inject, Injectable } from '@nestjs/common';
import type { UserStatus } from '@sterna/domain';
import { type Batch, StateStore } from '@sterna/state';
import type { Duty } from './duty.js';

interface Move {
  from: readonly UserStatus[];
  to: UserStatus;
}

/** The same as what stopping a batch does at once; here also for users who changed in that moment. */
const moves: readonly Move[] = [
  { from: ['Validating', 'Queued', 'Synced'], to: 'Stopped' },
  { from: ['IncrementalSynced', 'IncrementalFailed'], to: 'IncrementalStopped' },
  { from: ['Starting', 'Syncing', 'IncrementalSyncing', 'Completing'], to: 'Stopping' },
];
const unstopped: readonly UserStatus[] = [...moves.flatMap(({ from }) => from), 'Stopping'];

/** Brings the users of batches that are Stopping to a stop; when none is left the batch is Stopped. */
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
      for (const move of moves) {
        if (signal.aborted) return;
        await this.moveUsers(batch, move);
      }
      await this.finish(batch);
    }
  }

  private async moveUsers(batch: Batch, { from, to }: Move): Promise<void> {
    for await (const users of this.store.users.pagesOf(batch, from)) {
      await Promise.all(
        users.map(({ tenantId, userId }) =>
          this.store.users.transition(tenantId, userId, to, { reason: 'the batch is stopping', from }),
        ),
      );
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
