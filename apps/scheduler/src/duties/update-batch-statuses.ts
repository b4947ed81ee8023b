import { Inject, Injectable } from '@nestjs/common';
import type { BatchStatus } from '@sterna/domain';
import { StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { nextBatchStatus } from '../decisions/batch-progress.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const followed: readonly BatchStatus[] = ['Syncing', 'Synced', 'SyncedWithErrors', 'IncrementalSyncing'];

/** Makes the status of running batches follow from those of their users. */
@Injectable()
export class UpdateBatchStatuses implements Duty {
  readonly name = 'update-batch-statuses';
  readonly everyMs = 0;
  private readonly store: StateStore;
  private readonly clock: Clock;
  private readonly log: ScheduleLog;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(Clock) clock: Clock,
    @Inject(ScheduleLog) log: ScheduleLog,
  ) {
    this.store = store;
    this.clock = clock;
    this.log = log;
  }

  async run(): Promise<void> {
    const batches = await this.store.batches.inStatus(followed);
    if (batches.length === 0) return;
    const counts = await this.store.users.countByBatch(batches.map(({ batchId }) => batchId));
    for (const { tenantId, batchId, status } of batches) {
      const users = [...(counts.get(batchId)?.keys() ?? [])];
      const next = nextBatchStatus(status, users);
      if (next === null) continue;
      const isFirstSync = status === 'Syncing' && next !== 'IncrementalSyncing';
      const how = {
        reason: users.length === 0 ? 'it has no mailboxes' : `its mailboxes are ${users.join(', ')}`,
        from: [status],
        ...(isFirstSync && { set: { quietSince: this.clock.now() } }),
      };
      const changed = await this.store.batches.transition(tenantId, batchId, next, how);
      if (changed !== null)
        this.log.of({ tenantId, batchId }).info({ from: status, to: next }, 'a batch changed');
    }
  }
}
