import { expect, it } from 'vitest';
import { fateOf } from './message-fate.js';

const rules = {
  receivedFrom: new Date('2020-01-01T00:00:00Z'),
  receivedTo: null,
  largeItemLimitBytes: 1_000,
};
const message = { isDeleted: false, receivedAt: new Date('2021-01-01T00:00:00Z'), sizeBytes: 1_000 };
const old = new Date('2019-12-31T23:59:59Z');

it.each([
  ['is migrated', {}, null],
  ['over the limit is too large', { sizeBytes: 1_001 }, 'tooLarge'],
  ['received before is filtered, whatever its size', { receivedAt: old, sizeBytes: 5_000 }, 'contentFilter'],
  ['marked as deleted is that first of all', { isDeleted: true, receivedAt: old }, 'markedDeleted'],
])('a message that %s', (_, changes, expected) => {
  expect(fateOf({ ...message, ...changes }, rules)).toBe(expected);
});
