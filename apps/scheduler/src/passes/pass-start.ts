import { Inject, Injectable } from '@nestjs/common';
import { type Endpoint, isDuplicateKey, type MigrationUser, type Pass, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import type { DueUser } from '../decisions/fair-queue.js';
import { newPass, slotKindOf } from './new-pass.js';
import { PassOffers } from './pass-offers.js';

/** `full`: the endpoint has no free slot. `lost`: another replica was first, or the user was stopped. */
export type PassStartResult = 'started' | 'full' | 'lost';

/** A slot without a pass may be taken away after a minute; who was held up for this long starts nothing with it. */
const slotUseMs = 15_000;

/**
 * Starts a pass in four steps, each one atomic: (1) take a slot of the endpoint, (2) create the pass, (3) move
 * the user, (4) offer the pass to a reader. After a crash
 * - behind (1) the slot belongs to no pass: ReleaseLostSlots gives it back;
 * - behind (2) the user is still due: the next start, by any replica, finds the pass of that number and goes on
 *   with (3); if the user is due no more, OfferPassesAgain removes the pass and its slot;
 * - behind (3) nobody claims the pass: OfferPassesAgain offers it.
 * The number of a user's pass is unique, so that two replicas cannot create two; (3) is a compare-and-set on the
 * status, so that a user who was stopped meanwhile is not started.
 */
@Injectable()
export class PassStart {
  private readonly store: StateStore;
  private readonly offers: PassOffers;
  private readonly clock: Clock;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(PassOffers) offers: PassOffers,
    @Inject(Clock) clock: Clock,
  ) {
    this.store = store;
    this.offers = offers;
    this.clock = clock;
  }

  async start(due: DueUser, endpoint: Endpoint): Promise<PassStartResult> {
    const { user, kind } = due;
    const number = await this.nextNumber(user);
    const begun = await this.store.passes.findByNumber(user.userId, number);
    if (begun !== null && (begun.state !== 'queued' || slotKindOf(begun) !== kind)) return 'lost';
    const pass = begun ?? (await this.create(due, endpoint, number));
    if (pass === 'full' || pass === 'lost') return pass;
    if (!(await this.moveUser(user, pass))) {
      await this.undo(user, pass);
      return 'lost';
    }
    await this.offers.offer(pass, 'reader');
    return 'started';
  }

  /**
   * The ledger belongs to the pair of mailboxes and refuses what is older than it has seen, so the passes of a user who
   * was removed and made again go on where those before them ended.
   */
  private async nextNumber({ passNumber, pairId }: MigrationUser): Promise<number> {
    return 1 + (passNumber > 0 ? passNumber : await this.store.ledger.highestPassNumber(pairId));
  }

  private async create(
    { user, kind }: DueUser,
    endpoint: Endpoint,
    number: number,
  ): Promise<Pass | 'full' | 'lost'> {
    const { slots, passes } = this.store;
    const pass = newPass(user, number, kind, this.clock.now());
    const askedAt = performance.now();
    if (!(await slots.acquire(endpoint, kind, pass.passId))) return 'full';
    try {
      if (performance.now() - askedAt < slotUseMs) {
        await passes.create(pass);
        return pass;
      }
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
    await slots.release(endpoint.endpointId, pass.passId);
    return 'lost';
  }

  private async moveUser(user: MigrationUser, pass: Pass): Promise<boolean> {
    const set = { activePassId: pass.passId, passNumber: pass.number, syncNow: false };
    const unheld = { from: [user.status], activePassId: null, set };
    // a user stays Completing through the last pass
    if (user.status === 'Completing') return (await this.store.users.change(user, unheld)) !== null;
    const to = pass.kind === 'initial' ? 'Starting' : 'IncrementalSyncing';
    const reason = `the ${pass.kind} pass ${pass.number} is due`;
    return (
      (await this.store.users.transition(user.tenantId, user.userId, to, { reason, ...unheld })) !== null
    );
  }

  /** Unless another replica went on with this very pass. */
  private async undo(user: MigrationUser, pass: Pass): Promise<void> {
    const now = await this.store.users.find(user.tenantId, user.userId);
    if (now?.activePassId === pass.passId) return;
    if (await this.store.passes.removeUnclaimed(pass.passId)) {
      await this.store.slots.release(pass.endpointId, pass.passId);
    }
  }
}
