import { pauseFor } from './abortable.js';
import type { Logger } from './logger.js';

/** What the store says of a lease that it renewed. */
export interface RenewedLease {
  stopRequested: boolean;
}

export interface KeptLeaseOptions {
  leaseMs: number;
  renewMs: number;
  /** As the claim said. */
  isStopRequested: boolean;
  /** Null when the lease was lost. */
  renew: () => Promise<RenewedLease | null>;
  logger: Logger;
}

/**
 * Renews a lease until it is released. One that cannot be renewed in its time counts as lost, before another worker
 * can take it.
 */
export class KeptLease {
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  readonly #released = new AbortController();

  constructor(private readonly options: KeptLeaseOptions) {
    if (options.isStopRequested) this.#stop.abort();
    void this.#keep();
  }

  /** Aborted when another worker may hold the work, or the work has ended. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted when somebody asked the work to stop. */
  get stopRequested(): AbortSignal {
    return this.#stop.signal;
  }

  /** Renews no more. */
  release(): void {
    this.#released.abort();
  }

  async #keep(): Promise<void> {
    const { leaseMs, renewMs, renew, logger } = this.options;
    let heldUntil = Date.now() + leaseMs;
    for (;;) {
      await pauseFor(renewMs, this.#released.signal);
      if (this.#released.signal.aborted || this.#lost.signal.aborted) return;
      const askedAt = Date.now();
      try {
        const renewed = await renew();
        if (renewed === null) this.#lost.abort();
        else heldUntil = askedAt + leaseMs;
        if (renewed?.stopRequested === true) this.#stop.abort();
      } catch (error) {
        logger.warn({ error }, 'the lease of a pass could not be renewed');
        if (Date.now() > heldUntil - renewMs) this.#lost.abort();
      }
    }
  }
}
