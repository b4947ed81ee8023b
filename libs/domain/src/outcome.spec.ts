import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addTallies,
  emptyTally,
  isBalanced,
  type Outcome,
  outcomeBytes,
  outcomes,
  scoreOf,
  worstScore,
} from './outcome.js';

describe('a tally', () => {
  it('balances exactly when found is the sum of the ends and of what is to do', () => {
    const ended = fc.array(fc.constantFrom(...outcomes), { maxLength: 40 });
    fc.assert(
      fc.property(ended, fc.nat(9), fc.integer({ min: -2, max: 2 }), (ends: Outcome[], toDo, error) => {
        const tally = { ...emptyTally, toDo, found: ends.length + toDo + error };
        for (const end of ends) tally[end] += 1;
        expect(isBalanced(tally)).toBe(error === 0);
      }),
    );
  });

  it('stays balanced when balanced tallies are added', () => {
    const one = { ...emptyTally, found: 3, migrated: 2, toDo: 1 };
    const two = { ...emptyTally, found: 2, vanished: 1, skipped: 1 };
    expect(addTallies(one, two)).toEqual({
      ...emptyTally,
      found: 5,
      migrated: 2,
      toDo: 1,
      vanished: 1,
      skipped: 1,
    });
    expect(isBalanced(addTallies(one, two))).toBe(true);
  });
});

describe('the bytes of the ledger', () => {
  it('never change their meaning', () => {
    expect(outcomeBytes).toEqual({
      unknown: 0,
      toDo: 1,
      migrated: 2,
      alreadyThere: 3,
      filtered: 4,
      skipped: 5,
      failed: 6,
      vanished: 7,
    });
  });
});

describe('scoreOf', () => {
  it.each([
    [{ found: 0 }, 'Perfect'],
    [{ found: 10, filtered: 5, vanished: 5 }, 'Perfect'],
    [{ found: 1000, failed: 1 }, 'Good'],
    [{ found: 999, failed: 1 }, 'Investigate'],
    [{ found: 10, skipped: 5 }, 'Investigate'],
    [{ found: 100, failed: 3, skipped: 3 }, 'Poor'],
    [{ found: 600, failed: 6 }, 'Investigate'],
  ] as const)('of %j is %s', (tally, expected) => {
    expect(scoreOf({ ...emptyTally, ...tally })).toBe(expected);
  });

  it('of a batch is that of its worst mailbox', () => {
    expect(worstScore(['Perfect', 'Investigate', 'Good'])).toBe('Investigate');
    expect(worstScore([])).toBe('Perfect');
  });
});
