import { type LedgerState, outcomeBytes } from '@sterna/domain';
import { chunkUids } from '@sterna/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Again, newestFirst, planFolder, uidsAgain } from './folder-plan.js';

function part(index: number, states: Record<number, keyof typeof outcomeBytes>) {
  const bytes = Buffer.alloc(chunkUids);
  for (const [uid, state] of Object.entries(states))
    bytes[Number(uid) - 1 - index * chunkUids] = outcomeBytes[state];
  return { index, states: bytes, fingerprints: Buffer.alloc(chunkUids * 8), missed: [] };
}

const only = (...states: LedgerState[]): Again => ({ states: new Set(states), reasons: new Set() });

describe('the plan of a folder', () => {
  const ledger = [
    part(0, { 1: 'migrated', 2: 'toDo', 3: 'failed', 4: 'toDo', 5: 'vanished' }),
    part(1, { 2049: 'skipped', 2050: 'migrated' }),
  ];

  it('sends what is new or was left, and knows what is gone', () => {
    expect(planFolder([1, 2, 3, 2049, 2050, 2051, 9000], ledger, only('toDo'))).toEqual({
      newUids: [2051, 9000],
      toDo: [2, 2051, 9000],
      vanished: [4],
      ended: 4,
    });
  });

  it('looks again at what it is asked to, such as what was skipped or failed in a forced pass', () => {
    expect(planFolder([1, 3, 2049], ledger, only('toDo', 'skipped', 'failed'))).toMatchObject({
      newUids: [],
      toDo: [3, 2049],
      ended: 1,
    });
  });
});

describe('what was missed for a reason that passes', () => {
  const missed = [
    { uid: 3, reason: 'unreadableAtSource' },
    { uid: 4, reason: 'refusedByTarget' },
  ] as const;
  const ledger = [{ ...part(0, { 1: 'migrated', 2: 'toDo', 3: 'failed', 4: 'failed' }), missed }];
  const again: Again = { states: new Set(['toDo']), reasons: new Set(['unreadableAtSource']) };

  it('is looked at again, whether the source is compared UID by UID or only its news', () => {
    expect(planFolder([1, 2, 3, 4], ledger, again)).toMatchObject({ toDo: [2, 3], ended: 2 });
    expect(uidsAgain(ledger, again)).toEqual([2, 3]);
    expect(uidsAgain(ledger, only('toDo'))).toEqual([2]);
  });
});

describe('the newest first', () => {
  it('keeps every UID once, the last block first', () => {
    const lists = fc.uniqueArray(fc.integer({ min: 1, max: 500 }));
    fc.assert(
      fc.property(lists, fc.integer({ min: 1, max: 20 }), (some, blockSize) => {
        const uids = [...some].sort((a, b) => a - b);
        expect(newestFirst(uids, blockSize).reverse().flat()).toEqual(uids);
      }),
    );
  });
});
