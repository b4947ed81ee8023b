import { outcomeBytes } from '@sterna/domain';
import { chunkUids } from '@sterna/state';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newestFirst, planFolder } from './folder-plan.js';

function part(index: number, states: Record<number, keyof typeof outcomeBytes>) {
  const bytes = Buffer.alloc(chunkUids);
  for (const [uid, state] of Object.entries(states))
    bytes[Number(uid) - 1 - index * chunkUids] = outcomeBytes[state];
  return { index, states: bytes, fingerprints: Buffer.alloc(chunkUids * 8) };
}

describe('the plan of a folder', () => {
  const ledger = [
    part(0, { 1: 'migrated', 2: 'toDo', 3: 'failed', 4: 'toDo', 5: 'vanished' }),
    part(1, { 2049: 'skipped', 2050: 'migrated' }),
  ];

  it('sends what is new or was left, and knows what is gone', () => {
    expect(planFolder([1, 2, 3, 2049, 2050, 2051, 9000], ledger, new Set(['toDo']))).toEqual({
      newUids: [2051, 9000],
      toDo: [2, 2051, 9000],
      vanished: [4],
      ended: 4,
    });
  });

  it('looks again at what it is asked to, such as what was skipped or failed in a forced pass', () => {
    expect(planFolder([1, 3, 2049], ledger, new Set(['toDo', 'skipped', 'failed']))).toMatchObject({
      newUids: [],
      toDo: [3, 2049],
      ended: 1,
    });
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
