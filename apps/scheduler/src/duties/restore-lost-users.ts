import { Inject, Injectable } from '@nestjs/common';
import { userStatusesAtWork } from '@sterna/domain';
import { type MigrationUser, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { statusSteps } from '../decisions/status-steps.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const lookedAt = 5_000;

/**
 * Makes a pass due again for users who count as at work but whose pass does not exist or is settled: what a
 * restored backup or a database that lost its last writes leaves behind.
 */
@Injectable()
export class RestoreLostUsers implements Duty {
  readonly name = 'restore-lost-users';
  readonly everyMs = 30_000;
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
    const users = await this.store.users.inStatus(userStatusesAtWork, lookedAt);
    const active = users.flatMap(({ activePassId }) => (activePassId === null ? [] : [activePassId]));
    const living = await this.store.passes.unsettledOf(active);
    for (const user of users) {
      if (signal.aborted) return;
      if (user.activePassId === null || !living.has(user.activePassId)) await this.restore(user);
    }
  }

  private async restore(user: MigrationUser): Promise<void> {
    const { tenantId, userId, status, activePassId } = user;
    const now = this.clock.now();
    if (status === 'Completing') {
      if (activePassId === null) return;
      const set = { activePassId: null, nextSyncAt: now };
      await this.store.users.change(user, { from: [status], activePassId, set });
      return;
    }
    const to = status === 'IncrementalSyncing' ? 'Synced' : 'Queued';
    if (statusSteps(status, to).length !== 1) return;
    const due = to === 'Synced' ? { nextSyncAt: now } : { notBefore: now };
    await this.store.users.transition(tenantId, userId, to, {
      reason: 'the pass at work does not exist any more; another is due',
      from: [status],
      activePassId,
      set: { activePassId: null, ...due },
    });
    this.log.of(user).warn({ activePassId }, 'the active pass of a user does not exist; another is due');
  }
}
