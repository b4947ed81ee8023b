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

/**
 * The pause before the attempt after `attempt` (1 is the first), or null when there is none left.
 * `random` is in [0, 1) and moves the pause by up to a fifth either way.
 */
export function nextDelayMs(policy: RetryPolicy, attempt: number, random: number): number | null {
  if (attempt >= policy.maxAttempts) return null;
  const plain = Math.min(policy.firstDelayMs * policy.factor ** (attempt - 1), policy.maxDelayMs);
  return Math.round(plain * (0.8 + 0.4 * random));
}
