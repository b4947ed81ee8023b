import type { PassEndEnvelope } from '@sterna/contracts';
import type { MigrationError, Tally } from '@sterna/domain';
import type { PassError, PassResult } from '@sterna/state';

export interface PassEnding {
  result: PassResult;
  error: PassError | null;
}

export const stoppedEnding: PassEnding = { result: 'stopped', error: null };

/**
 * How a pass ends of which the reader has published everything. What it published and is still to do was lost on
 * its way, and is brought again by the next pass.
 */
export function endingOf(passEnd: PassEndEnvelope, tally: Tally, isStopped: boolean): PassEnding {
  const { result, error } = passEnd;
  if (result === 'stopped' || isStopped) return stoppedEnding;
  if (result === 'done' && error === null && tally.toDo > 0) {
    return { result: 'failed', error: leftToDo(tally.toDo) };
  }
  return { result, error };
}

/** How a pass ends when the broker has lost what its reader published; it is read once more, soon. */
export const lostEnding: PassEnding = {
  result: 'failed',
  error: {
    code: 'brokerUnavailable',
    message: 'the message broker has lost the end of the pass; what is still to do is sent again',
    retry: 'after',
    retryAfterMs: 1_000,
  },
};

/** How a pass ends that cannot go on. */
export function failedEnding({ code, message, retry }: MigrationError): PassEnding {
  const retryAfterMs = retry.kind === 'after' ? Math.round(retry.delayMs) : null;
  return { result: 'failed', error: { code, message, retry: retry.kind, retryAfterMs } };
}

function leftToDo(count: number): PassError {
  const message = `${count} messages did not come through to the target; the next pass sends them again`;
  return { code: 'unexpected', message, retry: 'backoff', retryAfterMs: null };
}
