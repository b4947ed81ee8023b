/**
 * The closed list of what can go wrong, in words that the reports, the API and the logs share.
 * docs/errors.md explains each one to an administrator.
 */
export const errorCodes = [
  // source
  'sourceHostUnknown',
  'sourceUnreachable',
  'sourceTimeout',
  'sourceTlsRefused',
  'sourceCertificateRefused',
  'sourceLoginRefused',
  'sourceLoginUnavailable',
  'sourceTokenRefused',
  'sourceTokenUnavailable',
  'sourcePasswordMissing',
  'sourcePasswordUnavailable',
  'sourceTooManyConnections',
  'sourceThrottled',
  'sourceDisconnected',
  'sourceProtocol',
  'sourceRootMissing',
  'sourceFolderRefused',
  'sourceMessageUnreadable',
  'sourceTooManyItems',
  // target
  'targetSignInRefused',
  'targetForbidden',
  'targetMailboxMissing',
  'targetMailboxNotEnabled',
  'targetMailboxFull',
  'targetFolderFull',
  'targetThrottled',
  'targetUnavailable',
  'targetMessageRefused',
  'targetMessageTooLarge',
  'targetFolderRefused',
  'targetProtocol',
  // limits of the batch
  'badItemLimitExceeded',
  'largeItemLimitExceeded',
  // ours
  'secretUnreadable',
  'envelopeInvalid',
  'passSuperseded',
  'stateUnavailable',
  'brokerUnavailable',
  'cancelled',
  'unexpected',
] as const;
export type ErrorCode = (typeof errorCodes)[number];

/** What a fault spoils: one message, one folder, the whole account, or the service itself. */
export type ErrorScope = 'message' | 'folder' | 'account' | 'service';

/** Whether the same attempt may succeed later: never, after a growing pause, or after a stated time. */
export type Retry = { kind: 'never' } | { kind: 'backoff' } | { kind: 'after'; delayMs: number };

export interface MigrationErrorOptions {
  code: ErrorCode;
  scope: ErrorScope;
  retry: Retry;
  /** Says what, where and what was expected; no secret, no subject, no content of a message. */
  message: string;
  context?: Record<string, string | number | boolean>;
  cause?: unknown;
}

/** The one root of all errors that Sterna throws on purpose. */
export class MigrationError extends Error {
  readonly code: ErrorCode;
  readonly scope: ErrorScope;
  readonly retry: Retry;
  readonly context: Record<string, string | number | boolean>;

  constructor(options: MigrationErrorOptions) {
    super(options.message, { cause: options.cause });
    this.name = 'MigrationError';
    this.code = options.code;
    this.scope = options.scope;
    this.retry = options.retry;
    this.context = options.context ?? {};
  }
}

/** Narrows an unknown throw to a MigrationError; anything else is `unexpected` and retried with a pause. */
export function asMigrationError(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new MigrationError({
    code: 'unexpected',
    scope: 'service',
    retry: { kind: 'backoff' },
    message,
    cause: error,
  });
}
