import type { ErrorCode } from '@sterna/domain';
import type { Batch, PassError } from '@sterna/state';

/** What -BadItemLimit and -LargeItemLimit of a batch say of a mailbox, or null when it keeps to them. */
export function limitError(
  { badItemLimit, largeItemLimit }: Pick<Batch, 'badItemLimit' | 'largeItemLimit'>,
  { failed, tooLarge }: { failed: number; tooLarge: number },
): PassError | null {
  if (badItemLimit !== null && failed > badItemLimit) {
    return exceeded('badItemLimitExceeded', `${failed} messages failed, BadItemLimit is ${badItemLimit}`);
  }
  if (largeItemLimit !== null && tooLarge > largeItemLimit) {
    const message = `${tooLarge} messages are too large, LargeItemLimit is ${largeItemLimit}`;
    return exceeded('largeItemLimitExceeded', message);
  }
  return null;
}

function exceeded(code: ErrorCode, message: string): PassError {
  return { code, message, retry: 'never', retryAfterMs: null };
}
