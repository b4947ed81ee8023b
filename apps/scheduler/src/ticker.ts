import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { pauseFor } from '@sterna/platform';
import type { Duty } from './duties/duty.js';
import { tickDuration } from './metrics.js';
import type { ScheduleLog } from './schedule-log.js';

const longestPauseMs = 5_000;
/** What a tick has to end in when the service ends, well within the 10 s of the whole shutdown. */
const stopLimitMs = 4_000;

/**
 * Runs all duties, one after the other, again and again. A tick begins after the one before it has ended and
 * after a pause that is at least as long as that one took, so that a busy database is left half of the time.
 */
@Injectable()
export class Ticker implements BeforeApplicationShutdown {
  readonly #stopping = new AbortController();
  readonly #lastRuns = new Map<Duty, number>();
  #loop: Promise<void> | null = null;

  constructor(
    private readonly duties: readonly Duty[],
    private readonly log: ScheduleLog,
    private readonly tickMs: number,
  ) {}

  start(): void {
    this.#loop ??= this.#run();
  }

  /** One look at everything; says how many duties failed. */
  async tick(): Promise<number> {
    const startedAt = performance.now();
    let failures = 0;
    for (const duty of this.duties) {
      if (this.#stopping.signal.aborted) break;
      if (!this.#isDue(duty)) continue;
      try {
        await duty.run(this.#stopping.signal);
      } catch (error) {
        failures += 1;
        this.log.service.error({ error, duty: duty.name }, 'a duty failed; the next tick tries again');
      }
    }
    tickDuration.record(performance.now() - startedAt);
    return failures;
  }

  #isDue(duty: Duty): boolean {
    const now = performance.now();
    if (now - (this.#lastRuns.get(duty) ?? Number.NEGATIVE_INFINITY) < duty.everyMs) return false;
    this.#lastRuns.set(duty, now);
    return true;
  }

  async #run(): Promise<void> {
    let failedTicks = 0;
    while (!this.#stopping.signal.aborted) {
      const startedAt = performance.now();
      failedTicks = (await this.tick()) === 0 ? 0 : failedTicks + 1;
      const plainMs = Math.max(this.tickMs, performance.now() - startedAt);
      await pauseFor(
        Math.min(plainMs * 2 ** Math.min(failedTicks, 5), longestPauseMs),
        this.#stopping.signal,
      );
    }
  }

  /** Begins nothing more and waits for what is under way, but not for long: the next start goes on with it. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#stopping.abort(new Error('the scheduler ends'));
    const limit = new AbortController();
    await Promise.race([this.#loop, pauseFor(stopLimitMs, limit.signal)]);
    limit.abort();
  }
}
