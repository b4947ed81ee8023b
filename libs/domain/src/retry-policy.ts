import type { ErrorCode } from './migration-error.js';

/** Growing pauses between attempts, with jitter so that many that failed together do not come back together. */
export interface RetryPolicy {
  firstDelayMs: number;
  factor: number;
  maxDelayMs: number;
  /** Attempts in all, the first included. */
  maxAttempts: number;
}

export const passRetryPolicy: RetryPolicy = {
  firstDelayMs: 5_000,
  factor: 3,
  maxDelayMs: 30 * 60_000,
  maxAttempts: 6,
};

/** For a server that is busy with others: it has room again some time, and nothing is wrong with the mailbox. A day. */
export const busyRetryPolicy: RetryPolicy = {
  firstDelayMs: 5_000,
  factor: 2,
  maxDelayMs: 10 * 60_000,
  maxAttempts: 150,
};

const busyCodes: ReadonlySet<string> = new Set<ErrorCode>([
  'sourceTooManyConnections',
  'sourceThrottled',
  'sourceLoginUnavailable',
  'targetThrottled',
]);

/** How a pass is repeated that ended with this error code. */
export function retryPolicyOf(code: string): RetryPolicy {
  return busyCodes.has(code) ? busyRetryPolicy : passRetryPolicy;
}

/** A check waits for a server that is busy, but somebody waits for the check. */
export const checkRetryPolicy: RetryPolicy = {
  firstDelayMs: 10_000,
  factor: 3,
  maxDelayMs: 5 * 60_000,
  maxAttempts: 4,
};

/**
 * The pause before the attempt after `attempt` (1 is the first), or null when there is none left.
 * `random` is in [0, 1) and moves the pause by up to a fifth either way.
 */
export function nextDelayMs(policy: RetryPolicy, attempt: number, random: number): number | null {
  if (attempt >= policy.maxAttempts) return null;
  const plain = Math.min(policy.firstDelayMs * policy.factor ** (attempt - 1), policy.maxDelayMs);
  return Math.round(plain * (0.8 + 0.4 * random));
}
