import { isBalanced, type Outcome, outcomes } from '@sterna/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkIndexOf, chunkUids, LedgerChunk } from './ledger-chunk.js';

const entry = (uid: number, outcome: Outcome, sizeBytes = 10) => ({
  uid,
  outcome,
  fingerprint: null,
  sizeBytes,
  missed: null,
});

describe('a chunk of the ledger', () => {
  it('holds 2,048 neighbouring UIDs', () => {
    expect([1, chunkUids, chunkUids + 1, 0xffff_ffff].map(chunkIndexOf)).toEqual([0, 0, 1, 2_097_151]);
    expect(() => new LedgerChunk(1).stateOf(chunkUids)).toThrow(RangeError);
  });

  it('stays balanced and equal to a simple model, whatever is planned and recorded, again and again', () => {
    const step = fc.record({
      uid: fc.integer({ min: 1, max: 30 }),
      outcome: fc.option(fc.constantFrom(...outcomes)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        let chunk = new LedgerChunk(0);
        const model = new Map<number, string>();
        steps.forEach(({ uid, outcome }, index) => {
          if (outcome === null) {
            chunk.plan(uid);
            if (!model.has(uid)) model.set(uid, 'toDo');
          } else {
            chunk.record(entry(uid, outcome));
            // what is at the target stays so
            const isThere = ['migrated', 'alreadyThere'].includes(model.get(uid) ?? '');
            if (!isThere) model.set(uid, outcome);
          }
          if (index % 7 === 0)
            chunk = new LedgerChunk(0, { ...chunk.used, tally: chunk.tally, missed: chunk.missed });
          expect(isBalanced(chunk.tally)).toBe(true);
        });
        for (const [uid, state] of model) expect(chunk.stateOf(uid)).toBe(state);
        expect(chunk.tally.found).toBe(model.size);
        expect(chunk.tally.migrated).toBe([...model.values()].filter((state) => state === 'migrated').length);
      }),
    );
  });

  it('counts the bytes of a message once', () => {
    const chunk = new LedgerChunk(0);
    chunk.record(entry(1, 'migrated', 100));
    chunk.record(entry(1, 'migrated', 100));
    const reopened = new LedgerChunk(0, chunk);
    reopened.record(entry(1, 'migrated', 100));
    expect(reopened.tally).toMatchObject({ migrated: 1, migratedBytes: 100 });
  });

  it('is saved no longer than what it holds, and read back whole', () => {
    const chunk = new LedgerChunk(2);
    chunk.record(entry(2 * chunkUids + 3, 'migrated', 10));
    expect([chunk.used.states.length, chunk.used.fingerprints.length]).toEqual([3, 24]);
    const reopened = new LedgerChunk(2, { ...chunk.used, tally: chunk.tally, missed: [] });
    reopened.record(entry(3 * chunkUids, 'failed'));
    expect(reopened.stateOf(2 * chunkUids + 3)).toBe('migrated');
    expect(reopened.used.states.length).toBe(chunkUids);
  });
});
