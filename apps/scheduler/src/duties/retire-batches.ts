import { Inject, Injectable } from '@nestjs/common';
import { type Batch, defaultMigrationConfig, type MigrationConfig, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { agingStatuses, retirementOf } from '../decisions/batch-age.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

/** Stops and removes batches that nobody has touched for as long as the tenant's MigrationConfig says. */
@Injectable()
export class RetireBatches implements Duty {
  readonly name = 'retire-batches';
  readonly everyMs = 60_000;
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
    const configs = new Map<string, MigrationConfig>();
    for (const batch of await this.store.batches.inStatus(agingStatuses)) {
      if (signal.aborted) return;
      const config = configs.get(batch.tenantId) ?? (await this.configOf(batch.tenantId));
      configs.set(batch.tenantId, config);
      await this.retire(batch, config);
    }
  }

  private async configOf(tenantId: string): Promise<MigrationConfig> {
    return (await this.store.tenants.find(tenantId))?.config ?? defaultMigrationConfig;
  }

  private async retire(batch: Batch, config: MigrationConfig): Promise<void> {
    const { tenantId, batchId, name, status } = batch;
    const retirement = retirementOf(batch, config, this.clock.now());
    if (retirement === null) return;
    const { to, reason } = retirement;
    if ((await this.store.batches.transition(tenantId, batchId, to, { reason, from: [status] })) === null)
      return;
    const action = to === 'Stopping' ? 'batch.stop' : 'batch.remove';
    await this.store.audit.append({
      tenantId,
      actor: 'scheduler',
      action,
      subject: name,
      detail: { batchId, reason },
    });
    this.log.of({ tenantId, batchId }).info({ to, reason }, 'an old batch changed');
  }
}
