import { expect, it } from 'vitest';
import { limitError } from './item-limits.js';

it.each([
  [{ bad: null, large: null }, { failed: 9, tooLarge: 9 }, null],
  [{ bad: 9, large: 9 }, { failed: 9, tooLarge: 9 }, null],
  [{ bad: 8, large: 9 }, { failed: 9, tooLarge: 9 }, 'badItemLimitExceeded'],
  [{ bad: 0, large: 0 }, { failed: 0, tooLarge: 1 }, 'largeItemLimitExceeded'],
  [{ bad: 0, large: null }, { failed: 0, tooLarge: 1 }, null],
])('limits of %j with %j: %s', ({ bad, large }, found, code) => {
  const error = limitError({ badItemLimit: bad, largeItemLimit: large }, found);
  expect(error?.code ?? null).toBe(code);
  expect(error?.retry ?? 'never').toBe('never');
});
