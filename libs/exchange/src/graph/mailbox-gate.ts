import { setTimeout as delay } from 'node:timers/promises';
import { MigrationError } from '@sterna/domain';

/** What a mailbox's requests came to so far. */
export interface GateCounters {
  requests: number;
  sentBytes: number;
  throttledMs: number;
}

/**
 * Lets at most `slots` requests of one mailbox through at a time (MailboxConcurrency of the Outlook service
 * limits, https://learn.microsoft.com/graph/throttling-limits) and holds all of them back while the service
 * asked for a pause. The limits are per application and mailbox, so one gate serves one open mailbox.
 */
export class MailboxGate {
  readonly counters: GateCounters = { requests: 0, sentBytes: 0, throttledMs: 0 };
  readonly signal: AbortSignal;
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #pausedUntil = 0;

  constructor(options: { slots: number; signal: AbortSignal }) {
    this.#free = options.slots;
    this.signal = options.signal;
  }

  /**
   * Runs `request` once a slot is free and no pause holds.
   * @throws MigrationError cancelled when the signal fires while waiting.
   */
  async run<T>(request: () => Promise<T>): Promise<T> {
    await this.#enter();
    try {
      await this.#waitForPause();
      this.counters.requests += 1;
      return await request();
    } finally {
      this.#leave();
    }
  }

  /** Holds all requests of the mailbox back for `ms` from now; an earlier, longer pause stays. */
  pause(ms: number): void {
    const until = Date.now() + ms;
    if (until <= this.#pausedUntil) return;
    this.counters.throttledMs += until - Math.max(this.#pausedUntil, Date.now());
    this.#pausedUntil = until;
  }

  /** Waits, or throws `cancelled` as soon as the signal fires. */
  async sleep(ms: number): Promise<void> {
    try {
      await delay(ms, undefined, { signal: this.signal });
    } catch (error) {
      throw cancelled(error);
    }
  }

  async #waitForPause(): Promise<void> {
    for (let left = this.#pausedUntil - Date.now(); left > 0; left = this.#pausedUntil - Date.now()) {
      await this.sleep(left);
    }
    if (this.signal.aborted) throw cancelled(this.signal.reason);
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Hands the slot to the one that waits longest; a cancelled one passes it on at once. */
  #leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free += 1;
    else next();
  }
}

/** The work was called off (a stop, a shutdown, a lost lease); nothing is known to be wrong with the mailbox. */
export function cancelled(cause: unknown): MigrationError {
  return new MigrationError({
    code: 'cancelled',
    scope: 'account',
    retry: { kind: 'backoff' },
    message: 'the work on this mailbox was called off',
    cause,
  });
}
