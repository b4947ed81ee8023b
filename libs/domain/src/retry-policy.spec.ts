import { describe, expect, it } from 'vitest';
import { busyRetryPolicy, nextDelayMs, passRetryPolicy, retryPolicyOf } from './retry-policy.js';

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

  it('of a server that has no room for us go on for a day, none longer than twelve minutes', () => {
    const pauses = Array.from({ length: busyRetryPolicy.maxAttempts }, (_, index) =>
      nextDelayMs(busyRetryPolicy, index + 1, 0.5),
    );
    expect(pauses.at(-1)).toBeNull();
    expect(pauses.reduce((sum: number, pause) => sum + (pause ?? 0), 0)).toBeGreaterThan(23 * 3_600_000);
    expect(nextDelayMs(busyRetryPolicy, 149, 0.999)).toBeLessThan(12 * 60_000);
  });

  it.each([
    ['sourceTooManyConnections', busyRetryPolicy],
    ['sourceThrottled', busyRetryPolicy],
    ['sourceUnreachable', passRetryPolicy],
    ['sourceProtocol', passRetryPolicy],
  ])('after %s follow the policy for it', (code, policy) => {
    expect(retryPolicyOf(code)).toBe(policy);
  });
});
