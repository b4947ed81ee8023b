import { Inject, Injectable } from '@nestjs/common';
import { type MigrationUser, StateStore } from '@sterna/state';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const lookedAt = 1_000;

/**
 * Ends the removal of single users (Remove-MigrationUser): when no pass of theirs is open, the password, the passes
 * and the user go. The ledger stays, so that the mailbox is not copied twice when it comes in another batch, and the
 * audit keeps what had become of its messages. Users of a batch that is removed are left to RemoveBatches.
 */
@Injectable()
export class RemoveUsers implements Duty {
  readonly name = 'remove-users';
  readonly everyMs = 0;
  private readonly store: StateStore;
  private readonly log: ScheduleLog;

  constructor(@Inject(StateStore) store: StateStore, @Inject(ScheduleLog) log: ScheduleLog) {
    this.store = store;
    this.log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    for (const user of await this.store.users.inStatus(['Removing'], lookedAt)) {
      if (signal.aborted) return;
      const batch = await this.store.batches.find(user.tenantId, user.batchId);
      if (batch?.status !== 'Removing' && (await this.isQuiet(user))) await this.remove(user);
    }
  }

  private async isQuiet({ activePassId }: MigrationUser): Promise<boolean> {
    const pass = activePassId === null ? null : await this.store.passes.find(activePassId);
    if (pass === null || pass.settledAt !== null) return true;
    if (!pass.stopRequested) await this.store.passes.requestStop(pass.passId);
    return false;
  }

  /** The user goes last: until then, all of it is done again after a crash. */
  private async remove(user: MigrationUser): Promise<void> {
    const { tenantId, batchId, userId, pairId, emailAddress } = user;
    const tally = await this.store.ledger.tally(pairId);
    await this.store.secrets.removeOwner(tenantId, userId);
    await this.store.passes.removeOfUser(userId);
    await this.store.checkedMailboxes.removeOfUser(tenantId, userId);
    if (!(await this.store.users.remove(tenantId, userId))) return;
    await this.store.batches.addToTotal(tenantId, batchId, -1);
    await this.store.audit.append({
      tenantId,
      actor: 'scheduler',
      action: 'user.removed',
      subject: emailAddress,
      detail: { batchId, userId, ...tally },
    });
    this.log.of({ tenantId, batchId, userId }).info('a user is removed');
  }
}
