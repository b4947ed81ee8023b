import { describe, expect, it } from 'vitest';
import { nextDelayMs, passRetryPolicy } from './retry-policy.js';

describe('the pauses between attempts', () => {
  it('grow by the factor, up to the limit, then end', () => {
    const policy = { firstDelayMs: 100, factor: 10, maxDelayMs: 5_000, maxAttempts: 4 };
    expect([1, 2, 3, 4].map((attempt) => nextDelayMs(policy, attempt, 0.5))).toEqual([
      100,
      1_000,
      5_000,
      null,
    ]);
  });

  it('are spread by a fifth either way', () => {
    expect(nextDelayMs(passRetryPolicy, 1, 0)).toBe(4_000);
    expect(nextDelayMs(passRetryPolicy, 1, 0.999_999)).toBeCloseTo(6_000, -1);
  });
});
