import {
  emptyTally,
  type LedgerState,
  type MissedMessage,
  type Outcome,
  outcomeBytes,
  type Tally,
} from '@sterna/domain';

/** UIDs of one chunk: small enough to save often, large enough that a mailbox of 500,000 has some 250. */
export const chunkUids = 2_048;
const fingerprintBytes = 8;

const stateNames: LedgerState[] = [
  'unknown',
  'toDo',
  'migrated',
  'alreadyThere',
  'filtered',
  'skipped',
  'failed',
  'vanished',
];

/** What the ledger says of a byte. */
export function stateOfByte(byte: number): LedgerState {
  return stateNames[byte] ?? 'unknown';
}

/** One outcome to record. */
export interface LedgerEntry {
  uid: number;
  outcome: Outcome;
  fingerprint: Buffer | null;
  /** Octets that arrived; counted for `migrated` only. */
  sizeBytes: number;
  missed: MissedMessage | null;
}

/** The chunk that a UID is in, from 0. */
export function chunkIndexOf(uid: number): number {
  return Math.floor((uid - 1) / chunkUids);
}

/**
 * The outcomes of 2,048 neighbouring UIDs of one folder and UIDVALIDITY. The tally is kept in step with every
 * change, so that both can be saved in one atomic update.
 */
export class LedgerChunk {
  readonly states: Buffer;
  readonly fingerprints: Buffer;
  readonly tally: Tally;
  readonly #missed: Map<number, MissedMessage>;
  readonly #sizes = new Map<number, number>();

  constructor(
    readonly index: number,
    saved?: { states: Buffer; fingerprints: Buffer; tally: Tally; missed: MissedMessage[] },
  ) {
    this.states = Buffer.alloc(chunkUids);
    this.fingerprints = Buffer.alloc(chunkUids * fingerprintBytes);
    saved?.states.copy(this.states);
    saved?.fingerprints.copy(this.fingerprints);
    this.tally = { ...(saved?.tally ?? emptyTally) };
    this.#missed = new Map((saved?.missed ?? []).map((message) => [message.uid, message]));
  }

  /** States and fingerprints up to the last UID that is known: a mailbox may have thousands of folders with a few each. */
  get used(): { states: Buffer; fingerprints: Buffer } {
    const length = this.states.findLastIndex((state) => state !== 0) + 1;
    return {
      states: this.states.subarray(0, length),
      fingerprints: this.fingerprints.subarray(0, length * fingerprintBytes),
    };
  }

  get missed(): MissedMessage[] {
    return [...this.#missed.values()].sort((a, b) => a.uid - b.uid);
  }

  stateOf(uid: number): LedgerState {
    return stateOfByte(this.states.readUInt8(this.#offset(uid)));
  }

  /** Notes that the source has a UID; one that is known already stays as it is. */
  plan(uid: number): boolean {
    if (this.stateOf(uid) !== 'unknown') return false;
    this.states.writeUInt8(outcomeBytes.toDo, this.#offset(uid));
    this.tally.found += 1;
    this.tally.toDo += 1;
    return true;
  }

  /**
   * Records an outcome; one that was there before is replaced, and the tally stays right. What is at the target stays
   * so: a reader that took over may not know yet that it arrived.
   */
  record(entry: LedgerEntry): void {
    this.plan(entry.uid);
    const before = this.stateOf(entry.uid);
    if ((before === 'migrated' || before === 'alreadyThere') && entry.outcome !== before) return;
    if (before !== 'unknown') this.tally[before] -= 1;
    if (before === 'migrated') this.tally.migratedBytes -= this.#sizes.get(entry.uid) ?? 0;
    this.tally[entry.outcome] += 1;
    if (entry.outcome === 'migrated') {
      this.tally.migratedBytes += before === 'migrated' ? (this.#sizes.get(entry.uid) ?? 0) : entry.sizeBytes;
      if (before !== 'migrated') this.#sizes.set(entry.uid, entry.sizeBytes);
    }
    this.states.writeUInt8(outcomeBytes[entry.outcome], this.#offset(entry.uid));
    if (entry.fingerprint !== null)
      entry.fingerprint.copy(this.fingerprints, this.#offset(entry.uid) * fingerprintBytes);
    if (entry.missed === null) this.#missed.delete(entry.uid);
    else this.#missed.set(entry.uid, entry.missed);
  }

  #offset(uid: number): number {
    const offset = uid - 1 - this.index * chunkUids;
    if (offset < 0 || offset >= chunkUids) throw new RangeError(`UID ${uid} is not in chunk ${this.index}`);
    return offset;
  }
}
