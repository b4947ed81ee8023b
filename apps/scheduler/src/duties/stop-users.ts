import { Inject, Injectable } from '@nestjs/common';
import { type MigrationUser, StateStore } from '@sterna/state';
import type { Duty } from './duty.js';

const lookedAt = 1_000;

/** Sees to it that the pass of a user who is Stopping is asked to stop, and that one without a pass is Stopped. */
@Injectable()
export class StopUsers implements Duty {
  readonly name = 'stop-users';
  readonly everyMs = 0;
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const user of await this.store.users.inStatus(['Stopping'], lookedAt)) {
      if (signal.aborted) return;
      await this.stop(user);
    }
  }

  private async stop(user: MigrationUser): Promise<void> {
    const { activePassId } = user;
    const pass = activePassId === null ? null : await this.store.passes.find(activePassId);
    if (pass !== null && pass.settledAt === null) {
      if (!pass.stopRequested) await this.store.passes.requestStop(pass.passId);
      return;
    }
    const to = user.lastSuccessfulSyncAt === null ? 'Stopped' : 'IncrementalStopped';
    await this.store.users.transition(user.tenantId, user.userId, to, {
      reason: 'stopped; no pass was running',
      from: ['Stopping'],
      activePassId,
      set: { activePassId: null, attempt: 0, nextSyncAt: null },
    });
  }
}
