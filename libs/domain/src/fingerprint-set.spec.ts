import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { FingerprintSet } from './fingerprint-set.js';

it('has what was added, each once, and nothing else', () => {
  const set = new FingerprintSet();
  const added = Array.from({ length: 5_000 }, () => randomBytes(8));
  for (const fingerprint of [...added, ...added]) set.add(fingerprint);
  expect(set.size).toBe(5_000);
  expect(added.every((fingerprint) => set.has(fingerprint))).toBe(true);
  expect(Array.from({ length: 5_000 }, () => randomBytes(8)).some((other) => set.has(other))).toBe(false);
});

it('never has the fingerprint that means none', () => {
  const set = new FingerprintSet();
  set.add(Buffer.alloc(8));
  expect([set.size, set.has(Buffer.alloc(8))]).toEqual([0, false]);
});
