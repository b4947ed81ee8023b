import { outcomeBytes } from '@sterna/domain';
import { chunkUids } from '@sterna/state';
import { describe, expect, it } from 'vitest';
import { KnownMessages } from './known-messages.js';

function part(entries: [keyof typeof outcomeBytes, number][]) {
  const states = Buffer.alloc(chunkUids);
  const fingerprints = Buffer.alloc(chunkUids * 8);
  entries.forEach(([state, mark], offset) => {
    states[offset] = outcomeBytes[state];
    fingerprints.fill(mark, offset * 8, offset * 8 + 8);
  });
  return { index: 0, states, fingerprints, missed: [] };
}
const print = (mark: number) => Buffer.alloc(8, mark);

describe('messages that arrived under an earlier UIDVALIDITY', () => {
  it('are recognised as often as they arrived, and no others', () => {
    const known = new KnownMessages(
      [
        [
          part([
            ['migrated', 1],
            ['alreadyThere', 1],
            ['failed', 2],
            ['toDo', 3],
          ]),
        ],
      ],
      [],
    );
    expect([1, 1, 1, 2, 3].map((mark) => known.take(print(mark)))).toEqual([true, true, false, false, false]);
  });

  it('count no more when they were recognised before', () => {
    const known = new KnownMessages([[part([['migrated', 1]])]], [part([['alreadyThere', 1]])]);
    expect(known.take(print(1))).toBe(false);
  });

  it('are one copy when they arrived once and were recognised once more since', () => {
    const known = new KnownMessages([[part([['migrated', 1]])], [part([['alreadyThere', 1]])]], []);
    expect([known.take(print(1)), known.take(print(1))]).toEqual([true, false]);
  });
});
