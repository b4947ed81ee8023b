import { Inject, Injectable } from '@nestjs/common';
import { printReportJson, readBatchReport } from '@sterna/reports';
import { type Batch, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

/**
 * Ends the removal of a batch. Its users are Removing first, so that no pass starts any more; running passes
 * are asked to stop, and are settled (which frees slots and queues) before anything goes. Then: the final
 * report, the ledger where it is to be forgotten, secrets, users, passes, the batch. Each step may be repeated,
 * and none needs what a later one removes.
 */
@Injectable()
export class RemoveBatches implements Duty {
  readonly name = 'remove-batches';
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

  async run(signal: AbortSignal): Promise<void> {
    for (const batch of await this.store.batches.inStatus(['Removing'])) {
      if (signal.aborted) return;
      await this.store.users.transitionAll(batch, 'Removing', { reason: 'the batch is removed' });
      if (await this.isQuiet(batch)) await this.remove(batch);
    }
  }

  /** Whether all passes are settled; asks those that run to stop. */
  private async isQuiet({ tenantId, batchId }: Batch): Promise<boolean> {
    const open = (await this.store.passes.ofBatch(tenantId, batchId)).filter(
      (pass) => pass.settledAt === null,
    );
    for (const pass of open.filter(({ state, stopRequested }) => state !== 'ended' && !stopRequested)) {
      await this.store.passes.requestStop(pass.passId);
    }
    return open.length === 0;
  }

  /** The last word, once: a report that is saved is not made again, because the users may be gone by then. */
  private async saveReport(batch: Batch): Promise<void> {
    const { tenantId, batchId, name: batchName } = batch;
    if (await this.store.reports.has(tenantId, batchId)) return;
    const savedAt = this.clock.now();
    const parts = readBatchReport(this.store, batch, { isFinal: true });
    const json = printReportJson(parts, savedAt);
    await this.store.reports.save({ tenantId, batchId, batchName, savedAt }, json);
  }

  private async remove(batch: Batch): Promise<void> {
    const { tenantId, batchId, name } = batch;
    await this.saveReport(batch);
    for await (const users of this.store.users.idsOf(batch)) {
      if (batch.forgetLedger) {
        for (const { pairId } of users) {
          await this.store.ledger.forget(pairId);
          await this.store.folders.forget(pairId);
        }
      }
      const owners = users.map(({ userId }) => userId);
      await this.store.secrets.removeOwners(tenantId, owners);
    }
    await this.store.users.removeOfBatch(tenantId, batchId);
    await this.store.rowErrors.removeOfBatch(tenantId, batchId);
    await this.store.passes.removeOfBatch(tenantId, batchId);
    await this.store.checkedMailboxes.removeOfBatch(tenantId, batchId);
    await this.store.checks.removeOfBatch(tenantId, batchId);
    if (!(await this.store.batches.remove(tenantId, batchId))) return;
    await this.store.audit.append({
      tenantId,
      actor: 'scheduler',
      action: 'batch.removed',
      subject: name,
      detail: { batchId, ledgerForgotten: batch.forgetLedger },
    });
    this.log.of({ tenantId, batchId }).info('a batch is removed');
  }
}
