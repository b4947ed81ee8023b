export {
  asMigrationError,
  errorCodes,
  type ErrorCode,
  type ErrorScope,
  MigrationError,
  type MigrationErrorOptions,
  type Retry,
} from './migration-error.js';
export {
  batchStatuses,
  batchStatusesBefore,
  batchStatusOf,
  type BatchStatus,
  isBatchChangeLegal,
  isUserChangeLegal,
  summaryOf,
  userStatuses,
  userStatusesBefore,
  type UserStatus,
  type UserStatusSummary,
} from './status.js';
export {
  addTallies,
  emptyTally,
  isBalanced,
  type LedgerState,
  type MissedMessage,
  type Outcome,
  outcomeBytes,
  type OutcomeReason,
  outcomeReasons,
  outcomes,
  type Tally,
} from './outcome.js';
export { fingerprintOf } from './fingerprint.js';
export { nextDelayMs, passRetryPolicy, type RetryPolicy } from './retry-policy.js';
export {
  type SourceFolder,
  type SpecialUse,
  specialUses,
  type TargetFolder,
  type WellKnownFolder,
} from './folder.js';
export { folderIdOf, mailboxPairId, messageKey } from './ledger-key.js';
