import { type ErrorCode, MigrationError, type Retry } from '@sterna/domain';

export interface PassingFaultOptions {
  /** The pause that the other side asked for; null or missing where it named none. */
  retryAfterMs?: number | null;
  cause?: unknown;
}

/** What may be given later: repeated after the pause that was asked for, else after growing ones. */
export function passingFault(
  code: ErrorCode,
  message: string,
  { retryAfterMs, cause }: PassingFaultOptions = {},
): MigrationError {
  const delayMs = retryAfterMs ?? null;
  const retry: Retry = delayMs === null ? { kind: 'backoff' } : { kind: 'after', delayMs };
  return new MigrationError({ code, scope: 'account', retry, message, cause });
}
