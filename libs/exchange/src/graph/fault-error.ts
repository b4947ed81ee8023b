import { MigrationError, type MigrationErrorOptions } from '@sterna/domain';
import { type FaultMeaning, meaningOf } from './fault-meaning.js';
import type { GraphFault } from './graph-answer.js';

type Verdict = Pick<MigrationErrorOptions, 'code' | 'scope' | 'retry'> & { advice: string };

const never = { kind: 'never' } as const;
const backoff = { kind: 'backoff' } as const;

const verdicts: Record<FaultMeaning, Verdict> = {
  outcomeUnknown: {
    code: 'targetUnavailable',
    scope: 'account',
    retry: backoff,
    advice: 'it is tried again by itself',
  },
  itemMissing: {
    code: 'targetProtocol',
    scope: 'account',
    retry: backoff,
    advice: 'somebody may be deleting in the mailbox; it is tried again by itself',
  },
  folderExists: {
    code: 'targetFolderRefused',
    scope: 'folder',
    retry: never,
    advice: 'rename the folder at the source',
  },
  tooLarge: {
    code: 'targetMessageTooLarge',
    scope: 'message',
    retry: never,
    advice: 'raise the largest message size of the mailbox, or save the message by other means',
  },
  refused: {
    code: 'targetProtocol',
    scope: 'account',
    retry: backoff,
    advice: 'report it with the request id',
  },
  mailboxMissing: {
    code: 'targetMailboxMissing',
    scope: 'account',
    retry: never,
    advice: 'create the mailbox and assign a licence, or correct EmailAddress in the CSV file',
  },
  mailboxNotEnabled: {
    code: 'targetMailboxNotEnabled',
    scope: 'account',
    retry: never,
    advice:
      'the user has no mailbox in Exchange Online; assign a licence, restore the mailbox, or move it from the servers on premises',
  },
  mailboxFull: {
    code: 'targetMailboxFull',
    scope: 'account',
    retry: never,
    advice: 'give the mailbox more room, or exclude folders',
  },
  folderFull: {
    code: 'targetFolderFull',
    scope: 'folder',
    retry: never,
    advice: 'split the folder at the source',
  },
  forbidden: {
    code: 'targetForbidden',
    scope: 'account',
    retry: never,
    advice:
      'grant the application the permission Mail.ReadWrite and consent to it, or put the mailbox into its scope',
  },
  signInRefused: {
    code: 'targetSignInRefused',
    scope: 'account',
    retry: never,
    advice: 'check tenant id, client id and client secret of the target',
  },
};

/**
 * The error of a refusal that this work cannot go on from. `what` names what was being done, with no subject,
 * address or folder name that is not the administrator's own. Graph's own text stays out: it may repeat content.
 */
export function faultError(fault: GraphFault, what: string): MigrationError {
  const { advice, ...verdict } = verdicts[meaningOf(fault)];
  const retry =
    verdict.retry.kind === 'backoff' && fault.retryAfterMs !== null
      ? ({ kind: 'after', delayMs: fault.retryAfterMs } as const)
      : verdict.retry;
  return new MigrationError({
    ...verdict,
    retry,
    message: `${what}: ${describeFault(fault)}; ${advice}`,
    context: { status: fault.status, graphCode: fault.code, requestId: fault.requestId },
  });
}

/** Status, code and request id of a refusal, or why there was no answer. */
export function describeFault(fault: GraphFault): string {
  if (fault.status === 0) return `Exchange Online gave no answer (${fault.message})`;
  const request = fault.requestId === '' ? '' : `, request ${fault.requestId}`;
  return `Exchange Online answered ${`${fault.status} ${fault.code}`.trim()}${request}`;
}

/** Graph answered something that its documentation does not allow. */
export function protocolError(what: string, cause: unknown): MigrationError {
  return new MigrationError({
    code: 'targetProtocol',
    scope: 'account',
    retry: backoff,
    message: `${what}: Exchange Online answered something that its documentation does not allow`,
    cause,
  });
}
