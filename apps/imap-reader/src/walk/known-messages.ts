import { fingerprintOf, type LedgerState } from '@sterna/domain';
import type { SourceMessageFacts } from '@sterna/imap';
import { knownUids, type LedgerPart } from './folder-plan.js';

/**
 * The fingerprint of a message by what the server states, so that it can be found without its content. Gmail's own
 * id says more than anything else: it is the same under every label.
 */
export function fingerprintOfFacts(facts: SourceMessageFacts): Buffer {
  if (facts.gmailId !== null) {
    const messageId = `X-GM-MSGID ${facts.gmailId}`;
    return fingerprintOf({ sizeBytes: 0, internalDate: new Date(0), messageId });
  }
  return fingerprintOf({
    sizeBytes: facts.statedBytes,
    internalDate: facts.internalDate,
    messageId: facts.messageId,
  });
}

const noFingerprint = Buffer.alloc(8).toString('latin1');

/**
 * The messages that arrived under earlier UIDVALIDITYs of a folder, as a multiset: two equal messages at the
 * source are two at the target. A copy that arrived once and was recognised under the next UIDVALIDITY is one
 * copy, so the earlier UIDVALIDITY that has the most of a fingerprint says how many there are. What the present
 * one has recognised already is taken out.
 */
export class KnownMessages {
  readonly #counts = new Map<string, number>();

  constructor(earlier: readonly (readonly LedgerPart[])[], present: readonly LedgerPart[]) {
    for (const parts of earlier) {
      for (const [key, count] of countOf(parts, new Set(['migrated', 'alreadyThere']))) {
        this.#counts.set(key, Math.max(count, this.#counts.get(key) ?? 0));
      }
    }
    for (const [key, count] of countOf(present, new Set(['alreadyThere']))) {
      this.#counts.set(key, (this.#counts.get(key) ?? 0) - count);
    }
  }

  /** Takes one message with this fingerprint out; false when there is none left. */
  take(fingerprint: Buffer): boolean {
    const key = fingerprint.toString('latin1');
    const count = this.#counts.get(key) ?? 0;
    if (count <= 0) return false;
    this.#counts.set(key, count - 1);
    return true;
  }
}

function countOf(parts: readonly LedgerPart[], states: ReadonlySet<LedgerState>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { state, fingerprint } of knownUids(parts)) {
    const key = fingerprint.toString('latin1');
    if (states.has(state) && key !== noFingerprint) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
