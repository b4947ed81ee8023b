const firstCapacity = 1_024;

/**
 * A set of fingerprints (eight bytes each) in 16 octets an entry, for mailboxes of half a million messages: open
 * addressing, at most half full. The fingerprint of eight zeros means "none" and is never in it.
 */
export class FingerprintSet {
  #slots = new BigUint64Array(firstCapacity);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(fingerprint: Buffer): boolean {
    const key = fingerprint.readBigUInt64LE();
    return key !== 0n && this.#slots[this.#place(key)] === key;
  }

  add(fingerprint: Buffer): void {
    const key = fingerprint.readBigUInt64LE();
    const place = this.#place(key);
    if (key === 0n || this.#slots[place] === key) return;
    this.#slots[place] = key;
    this.#size += 1;
    if (this.#size * 2 > this.#slots.length) this.#grow();
  }

  /** Where a key is, or would be. Fingerprints are hashes, so their low bits are spread already. */
  #place(key: bigint): number {
    const mask = this.#slots.length - 1;
    let place = Number(key & BigInt(mask));
    while (this.#slots[place] !== 0n && this.#slots[place] !== key) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new BigUint64Array(old.length * 2);
    for (const key of old) if (key !== 0n) this.#slots[this.#place(key)] = key;
  }
}
