import { KeptLease, type Logger } from '@sterna/platform';
import type { Pass, PassRepository } from '@sterna/state';

const leaseMs = 30_000;
/** Also how long a wish to stop may wait until it is seen. */
const renewMs = 2_000;

/** Holds the reading of one pass. */
export class PassLease {
  readonly #kept: KeptLease;

  private constructor(
    private readonly passes: PassRepository,
    readonly pass: Pass,
    private readonly owner: string,
    logger: Logger,
  ) {
    const renew = () => passes.renewReader(pass.passId, owner, leaseMs);
    this.#kept = new KeptLease({ leaseMs, renewMs, isStopRequested: pass.stopRequested, renew, logger });
  }

  /** Null when another reader holds the pass, or there is nothing left to read. */
  static async claim(
    passes: PassRepository,
    passId: string,
    owner: string,
    logger: Logger,
  ): Promise<PassLease | null> {
    const pass = await passes.claimReader(passId, owner, leaseMs);
    return pass === null ? null : new PassLease(passes, pass, owner, logger);
  }

  /** Aborted when another reader may have the pass, or it has ended: nothing may be published any more. */
  get lost(): AbortSignal {
    return this.#kept.lost;
  }

  /** Aborted when somebody asked the pass to stop. */
  get stopRequested(): AbortSignal {
    return this.#kept.stopRequested;
  }

  /** Everything is published. */
  async readingDone(): Promise<void> {
    await this.passes.readingDone(this.pass.passId, this.owner);
    this.#kept.release();
  }

  /** Gives the pass back: another reader may take it at once. */
  async giveBack(): Promise<void> {
    this.#kept.release();
    await this.passes.releaseReader(this.pass.passId, this.owner);
  }

  /** Ends the renewing; the lease runs out by itself. */
  dispose(): void {
    this.#kept.release();
  }
}
