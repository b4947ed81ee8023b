import { type Logger, pauseFor } from '@sterna/platform';
import type { Pass, PassRepository } from '@sterna/state';

const leaseMs = 30_000;
const renewMs = 5_000;

/** Holds the reading of one pass. A lease that cannot be renewed in its time counts as lost. */
export class PassLease {
  readonly #lost = new AbortController();
  readonly #stop = new AbortController();
  readonly #released = new AbortController();

  private constructor(
    private readonly passes: PassRepository,
    readonly pass: Pass,
    private readonly owner: string,
    private readonly logger: Logger,
  ) {}

  /** Null when another reader holds the pass, or there is nothing left to read. */
  static async claim(
    passes: PassRepository,
    passId: string,
    owner: string,
    logger: Logger,
  ): Promise<PassLease | null> {
    const pass = await passes.claimReader(passId, owner, leaseMs);
    if (pass === null) return null;
    const lease = new PassLease(passes, pass, owner, logger);
    if (pass.stopRequested) lease.#stop.abort();
    void lease.#keep();
    return lease;
  }

  /** Aborted when another reader may have the pass, or it has ended: nothing may be published any more. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Aborted when somebody asked the pass to stop. */
  get stopRequested(): AbortSignal {
    return this.#stop.signal;
  }

  async #keep(): Promise<void> {
    let heldUntil = Date.now() + leaseMs;
    for (;;) {
      await pauseFor(renewMs, this.#released.signal);
      if (this.#released.signal.aborted || this.#lost.signal.aborted) return;
      const askedAt = Date.now();
      try {
        const pass = await this.passes.renewReader(this.pass.passId, this.owner, leaseMs);
        if (pass === null) this.#lost.abort();
        else heldUntil = askedAt + leaseMs;
        if (pass?.stopRequested === true) this.#stop.abort();
      } catch (error) {
        this.logger.warn({ error }, 'the lease of a pass could not be renewed');
        if (Date.now() > heldUntil - renewMs) this.#lost.abort();
      }
    }
  }

  /** Everything is published. */
  async readingDone(): Promise<void> {
    await this.passes.readingDone(this.pass.passId, this.owner);
    this.#released.abort();
  }

  /** Gives the pass back: another reader may take it at once. */
  async giveBack(): Promise<void> {
    this.#released.abort();
    await this.passes.releaseReader(this.pass.passId, this.owner);
  }

  /** Ends the renewing; the lease runs out by itself. */
  dispose(): void {
    this.#released.abort();
  }
}
