import { type LedgerPart, knownUids } from './folder-plan.js';

/**
 * The messages that arrived under former names of a folder, where it has kept its UIDVALIDITY: a message is the same
 * only with the same UID and the same fingerprint.
 */
export class FormerMessages {
  readonly #fingerprints = new Map<number, Set<string>>();

  constructor(ledgers: readonly (readonly LedgerPart[])[]) {
    for (const ledger of ledgers) {
      for (const { uid, state, fingerprint } of knownUids(ledger)) {
        if (state !== 'migrated' && state !== 'alreadyThere') continue;
        const known = this.#fingerprints.get(uid) ?? new Set();
        this.#fingerprints.set(uid, known.add(fingerprint.toString('latin1')));
      }
    }
  }

  has(uid: number, fingerprint: Buffer): boolean {
    return this.#fingerprints.get(uid)?.has(fingerprint.toString('latin1')) === true;
  }
}
