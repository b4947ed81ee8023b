import { Inject, Injectable } from '@nestjs/common';
import type { Tally } from '@sterna/domain';
import { type Batch, type MigrationUser, type Pass, type PassError, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { limitError } from '../decisions/item-limits.js';
import { consequenceOf } from '../decisions/pass-consequence.js';
import { statusSteps } from '../decisions/status-steps.js';
import { passesSettled } from '../metrics.js';
import { PassOffers } from '../passes/pass-offers.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const settledAtOnce = 16;
const settledPerTick = 256;
const dayMs = 24 * 3_600_000;

/**
 * Carries the end of a pass over to its user, frees the slot, deletes the pass queue, and marks the pass as
 * settled, in this order; a pass that is not marked is settled again, and the user is moved only while the pass
 * is the user's active one.
 */
@Injectable()
export class SettlePasses implements Duty {
  readonly name = 'settle-passes';
  readonly everyMs = 0;
  private readonly store: StateStore;
  private readonly offers: PassOffers;
  private readonly clock: Clock;
  private readonly log: ScheduleLog;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(PassOffers) offers: PassOffers,
    @Inject(Clock) clock: Clock,
    @Inject(ScheduleLog) log: ScheduleLog,
  ) {
    this.store = store;
    this.offers = offers;
    this.clock = clock;
    this.log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    const ended = await this.store.passes.findUnsettled(settledPerTick);
    for (let at = 0; at < ended.length && !signal.aborted; at += settledAtOnce) {
      await Promise.all(ended.slice(at, at + settledAtOnce).map((pass) => this.settleAlone(pass)));
    }
  }

  /** What one pass meets does not hold up the others; it is settled at a later tick. */
  private async settleAlone(pass: Pass): Promise<void> {
    try {
      await this.settle(pass);
      passesSettled.add(1, { 'sterna.tenant_id': pass.tenantId, result: pass.result ?? 'failed' });
    } catch (error) {
      this.log.of(pass).warn({ error }, 'an ended pass could not be settled; trying again');
    }
  }

  private async settle(pass: Pass): Promise<void> {
    const { tenantId, userId, passId } = pass;
    const user = await this.store.users.find(tenantId, userId);
    if (user?.activePassId === passId) await this.moveUser(user, pass);
    await this.store.slots.release(pass.endpointId, passId);
    await this.offers.deleteQueue(pass);
    await this.store.passes.settle(passId);
  }

  private async exceeded(batch: Batch, user: MigrationUser, tally: Tally): Promise<PassError | null> {
    const { largeItemLimit } = batch;
    const tooLarge =
      largeItemLimit !== null && tally.skipped > largeItemLimit
        ? await this.store.ledger.countMissed(user.pairId, 'tooLarge')
        : 0;
    return limitError(batch, { failed: tally.failed, tooLarge });
  }

  private async moveUser(user: MigrationUser, pass: Pass): Promise<void> {
    const { tenantId, batchId, userId } = user;
    const batch = await this.store.batches.find(tenantId, batchId);
    const tally = await this.store.ledger.tally(user.pairId);
    const exceeded =
      pass.result === 'done' && batch !== null ? await this.exceeded(batch, user, tally) : null;
    const { to, reason, set } = consequenceOf({
      pass: exceeded === null ? pass : { ...pass, result: 'failed', error: exceeded },
      user,
      arrivedMessages: tally.migrated + tally.alreadyThere,
      lostMessages: tally.failed + tally.skipped,
      incrementalSyncIntervalMs: batch?.incrementalSyncIntervalMs ?? dayMs,
      now: this.clock.now(),
      random: this.clock.random(),
    });
    if (pass.result === 'done' && pass.endedAt !== null) {
      await this.store.batches.noteSync(tenantId, batchId, pass.endedAt);
    }
    if (to === user.status) {
      await this.store.users.change(user, { from: [to], activePassId: pass.passId, set });
      return;
    }
    const [first, second] = statusSteps(user.status, to);
    if (first === undefined) return;
    const from = { reason, from: [user.status], activePassId: pass.passId };
    const moved = await this.store.users.transition(tenantId, userId, first, {
      ...from,
      ...(second === undefined && { set }),
    });
    if (moved !== null && second !== undefined) {
      await this.store.users.transition(tenantId, userId, second, { ...from, from: [first], set });
    }
    const refused = await this.store.users.find(tenantId, userId);
    if (refused?.activePassId === pass.passId && refused.status !== 'Removing') {
      throw new Error(`the user is ${refused.status} now`);
    }
    this.log.of(pass).info({ result: pass.result, to, reason }, 'a pass is settled');
  }
}
