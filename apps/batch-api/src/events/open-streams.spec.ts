import { expect, it } from 'vitest';
import { restAfter } from './open-streams.js';

it('a stream that looks at a large batch looks less often', () => {
  expect(restAfter(0)).toBe(1_000);
  expect(restAfter(100)).toBe(1_000);
  expect(restAfter(2_000)).toBe(8_000);
});
