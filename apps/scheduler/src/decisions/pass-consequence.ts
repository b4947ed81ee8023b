import { nextDelayMs, retryPolicyOf, type UserStatus } from '@sterna/domain';
import type { MigrationUser, Pass, PassError, UserTransition } from '@sterna/state';

/** What an ended pass means for its user. */
export interface PassConsequence {
  to: UserStatus;
  reason: string;
  set: NonNullable<UserTransition['set']>;
}

export interface EndedPass {
  pass: Pick<Pass, 'kind' | 'number' | 'result' | 'error' | 'endedAt'>;
  user: Pick<MigrationUser, 'status' | 'attempt' | 'arrivedAtFailure'>;
  /** Of the mailbox: messages that are at the target. */
  arrivedMessages: number;
  /** Of the mailbox: messages that were wanted and did not arrive. */
  lostMessages: number;
  /** Of the batch: the pause between incremental passes, ms. */
  incrementalSyncIntervalMs: number;
  now: Date;
  /** In [0, 1). */
  random: number;
}

const unexplained: PassError = {
  code: 'unexpected',
  message: 'The pass failed and its worker did not say why; see the logs of that time.',
  retry: 'backoff',
  retryAfterMs: null,
};

/**
 * Where a user goes when the pass has ended. Microsoft shows Synced for IMAP also after a successful incremental
 * synchronisation (Exchange Online, status report of a migration), and so does Sterna.
 */
export function consequenceOf(ended: EndedPass): PassConsequence {
  const { pass, user } = ended;
  if (user.status === 'Stopping' || pass.result === 'stopped') return stopped(ended);
  if (pass.result !== 'done') return failed(ended, pass.error ?? unexplained);
  return user.status === 'Completing' ? completed(ended) : done(ended);
}

/** A pass that is done may name folders that it could not read: the next one comes soon and tries them again. */
function done({ pass, user, now, incrementalSyncIntervalMs, random }: EndedPass): PassConsequence {
  const { error } = pass;
  const attempt = error === null ? 0 : user.attempt + 1;
  const pauseMs = error === null ? null : pauseBefore(error, attempt, random);
  return {
    to: 'Synced',
    reason: `the ${pass.kind} pass ${pass.number} is done${error === null ? '' : `, but for ${error.code}`}`,
    set: {
      activePassId: null,
      attempt: pauseMs === null ? 0 : attempt,
      error: error === null ? null : { code: error.code, message: error.message },
      lastSuccessfulSyncAt: pass.endedAt ?? now,
      nextSyncAt: later(now, pauseMs ?? incrementalSyncIntervalMs),
    },
  };
}

/** The last pass of a mailbox. Folders that it could not read are tried again before that is said to be the end. */
function completed(ended: EndedPass): PassConsequence {
  const { pass, now, lostMessages } = ended;
  if (pass.error !== null) return failed(ended, pass.error);
  return {
    to: lostMessages === 0 ? 'Completed' : 'CompletedWithWarnings',
    reason: `the last pass ${pass.number} is done; ${lostMessages} messages did not arrive`,
    set: {
      activePassId: null,
      attempt: 0,
      error: null,
      lastSuccessfulSyncAt: pass.endedAt ?? now,
      nextSyncAt: null,
    },
  };
}

/** A mailbox that has all its mail once goes on with an incremental pass when it is started again. */
function stopped({ pass, now }: EndedPass): PassConsequence {
  const isDone = pass.result === 'done';
  const ends = { activePassId: null, attempt: 0, nextSyncAt: null };
  return {
    to: pass.kind === 'initial' && !isDone ? 'Stopped' : 'IncrementalStopped',
    reason: `stopped in the ${pass.kind} pass ${pass.number}`,
    set: isDone ? { ...ends, error: null, lastSuccessfulSyncAt: pass.endedAt ?? now } : ends,
  };
}

function failed(ended: EndedPass, error: PassError): PassConsequence {
  const { pass, user, arrivedMessages, now, incrementalSyncIntervalMs } = ended;
  // repeating helps as long as each attempt brings something over
  const attempt = arrivedMessages > user.arrivedAtFailure ? 1 : user.attempt + 1;
  const pauseMs = pauseBefore(error, attempt, ended.random);
  const set = {
    activePassId: null,
    error: { code: error.code, message: error.message },
    arrivedAtFailure: arrivedMessages,
  };
  const reason = `the ${pass.kind} pass ${pass.number} failed: ${error.code}; ${planned(pauseMs, attempt)}`;
  if (user.status === 'Completing') {
    return pauseMs === null
      ? { to: 'CompletionFailed', reason, set: { ...set, attempt: 0, nextSyncAt: null } }
      : { to: 'Completing', reason, set: { ...set, attempt, nextSyncAt: later(now, pauseMs) } };
  }
  if (pass.kind !== 'initial') {
    const nextSyncAt = later(now, pauseMs ?? incrementalSyncIntervalMs);
    return {
      to: 'IncrementalFailed',
      reason,
      set: { ...set, nextSyncAt, attempt: pauseMs === null ? 0 : attempt },
    };
  }
  return pauseMs === null
    ? { to: 'Failed', reason, set: { ...set, attempt, nextSyncAt: null } }
    : { to: 'Queued', reason, set: { ...set, attempt, notBefore: later(now, pauseMs) } };
}

/** Null when repeating does not help or was tried often enough; a pause that a server named wins. */
function pauseBefore(
  { code, retry, retryAfterMs }: PassError,
  attempt: number,
  random: number,
): number | null {
  if (retry === 'never') return null;
  const pauseMs = nextDelayMs(retryPolicyOf(code), attempt, random);
  return pauseMs !== null && retry === 'after' ? (retryAfterMs ?? pauseMs) : pauseMs;
}

function planned(pauseMs: number | null, attempt: number): string {
  if (pauseMs === null) return `no further attempt after ${attempt}`;
  return `attempt ${attempt + 1} in ${Math.ceil(pauseMs / 1000)} s`;
}

const later = (from: Date, ms: number): Date => new Date(from.getTime() + ms);
