import { Inject, Injectable } from '@nestjs/common';
import { type Pass, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import { isOverdue, lacks, unclaimedMs, wasDropped, type WorkerRole } from '../decisions/offer-rule.js';
import { passesOfferedAgain } from '../metrics.js';
import { PassOffers } from '../passes/pass-offers.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const lookedAt = 1_000;
const roles = ['reader', 'writer'] as const;

/**
 * Finds passes that have no worker: those whose worker died or gave them back are offered at once, those that
 * nobody claimed for a minute once there are fewer envelopes waiting than passes (so that waiting for a busy
 * worker does not fill the queue). Passes that are to stop end here when no worker is left to end them, and
 * passes that their user knows nothing of are removed.
 */
@Injectable()
export class OfferPassesAgain implements Duty {
  readonly name = 'offer-passes-again';
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
    const now = this.clock.now();
    const alone = await this.store.passes.findAbandoned(now, lookedAt);
    const lost = await this.mayBeLost(alone, now);
    for (const pass of alone) {
      if (signal.aborted) return;
      if (pass.stopRequested) {
        await this.store.passes.endUnheld(pass.passId, 'stopped', null);
        continue;
      }
      const wanted = roles.filter((role) => lacks(pass, role, now) && (lost[role] || wasDropped(pass, role)));
      const due = wanted.filter((role) => wasDropped(pass, role) || isOverdue(pass, now));
      if (due.length > 0 || isStale(pass, now)) await this.mend(pass, due);
    }
  }

  /** By role: whether fewer envelopes wait than passes, so that some are lost. */
  private async mayBeLost(alone: readonly Pass[], now: Date): Promise<Record<WorkerRole, boolean>> {
    const isLost = async (role: WorkerRole): Promise<boolean> => {
      const waiting = alone.filter((pass) => lacks(pass, role, now));
      if (!waiting.some((pass) => isOverdue(pass, now))) return false;
      return (await this.offers.waiting(role)) < waiting.length;
    };
    return { reader: await isLost('reader'), writer: await isLost('writer') };
  }

  private async mend(pass: Pass, due: readonly WorkerRole[]): Promise<void> {
    const user = await this.store.users.find(pass.tenantId, pass.userId);
    if (user?.activePassId !== pass.passId) {
      if (isStale(pass, this.clock.now())) await this.removeOrphan(pass);
      return;
    }
    for (const role of due) {
      if (role === 'reader') await this.offer(pass, role);
      else await this.offerToWriter(pass);
    }
  }

  /** Without its queue a pass that was read has lost what was read: it is read again. */
  private async offerToWriter(pass: Pass): Promise<void> {
    if (await this.offers.hasQueue(pass)) await this.offer(pass, 'writer');
    else if ((await this.store.passes.readAgain(pass.passId)) !== null) await this.offer(pass, 'reader');
  }

  private async offer(pass: Pass, role: WorkerRole): Promise<void> {
    await this.offers.offer(pass, role);
    passesOfferedAgain.add(1, { 'sterna.tenant_id': pass.tenantId, role });
    this.log.of(pass).info({ role }, 'nobody works on a pass; offered again');
  }

  private async removeOrphan(pass: Pass): Promise<void> {
    if (await this.store.passes.removeUnclaimed(pass.passId)) {
      await this.store.slots.release(pass.endpointId, pass.passId);
    } else await this.store.passes.endUnheld(pass.passId, 'stopped', null);
    this.log.of(pass).warn('a pass that its user knows nothing of is removed');
  }
}

/** Old enough for whoever created it to have moved its user. */
const isStale = (pass: Pass, now: Date): boolean => pass.createdAt.getTime() <= now.getTime() - unclaimedMs;
