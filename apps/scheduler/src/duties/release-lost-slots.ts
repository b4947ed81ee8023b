import { Inject, Injectable } from '@nestjs/common';
import { StateStore } from '@sterna/state';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

const graceMs = 60_000;

/**
 * Gives back slots that no unsettled pass stands behind: their holder died between taking the slot and creating
 * the pass, or between settling it and freeing the slot. A slot may be a moment older than its pass, so only
 * one that was without a pass for a minute is given back.
 */
@Injectable()
export class ReleaseLostSlots implements Duty {
  readonly name = 'release-lost-slots';
  readonly everyMs = 5_000;
  private readonly store: StateStore;
  private readonly log: ScheduleLog;
  /** By pass id: since when this replica sees no pass behind the slot (monotonic ms). */
  private seenSince = new Map<string, number>();

  constructor(@Inject(StateStore) store: StateStore, @Inject(ScheduleLog) log: ScheduleLog) {
    this.store = store;
    this.log = log;
  }

  run(): Promise<void> {
    return this.releaseOlderThan(graceMs, performance.now());
  }

  /** `nowMs` is a monotonic time. */
  async releaseOlderThan(ageMs: number, nowMs: number): Promise<void> {
    const holders = (await this.store.slots.holders()).flatMap(({ endpointId, initial, incremental }) =>
      [...initial, ...incremental].map((passId) => ({ endpointId, passId })),
    );
    const living = await this.store.passes.unsettledOf(holders.map(({ passId }) => passId));
    const lost = holders.filter(({ passId }) => !living.has(passId));
    this.seenSince = new Map(lost.map(({ passId }) => [passId, this.seenSince.get(passId) ?? nowMs]));
    for (const { endpointId, passId } of lost) {
      if (nowMs - (this.seenSince.get(passId) ?? nowMs) < ageMs) continue;
      await this.store.slots.release(endpointId, passId);
      this.log.service.warn({ endpointId, passId }, 'a slot that belongs to no pass is given back');
    }
  }
}
