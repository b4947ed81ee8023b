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
  completedStatusOf,
  type BatchStatus,
  isBatchChangeLegal,
  isUserChangeLegal,
  summaryOf,
  userStatuses,
  userStatusesAtWork,
  userStatusesBefore,
  userStatusesToQueue,
  userStops,
  type UserStatus,
  type UserStatusSummary,
} from './status.js';
export {
  addTallies,
  type DataConsistencyScore,
  dataConsistencyScores,
  emptyTally,
  isBalanced,
  type LedgerState,
  type MissedMessage,
  type Outcome,
  outcomeBytes,
  type OutcomeReason,
  outcomeReasons,
  outcomes,
  scoreOf,
  type SkippedItemKind,
  skippedItemKindOf,
  skippedItemKinds,
  type Tally,
  worstScore,
} from './outcome.js';
export { fingerprintOf } from './fingerprint.js';
export {
  checkRetryPolicy,
  nextDelayMs,
  passRetryPolicy,
  type RetryPolicy,
  retryPolicyOf,
} from './retry-policy.js';
export {
  type SourceFolder,
  type SpecialUse,
  specialUses,
  type TargetFolder,
  unknownWellKnownName,
  type WellKnownFolder,
  wellKnownFolderNames,
  wellKnownFolders,
} from './folder.js';
export { folderIdOf, mailboxPairId, messageKey } from './ledger-key.js';
export {
  ContentFilterError,
  isReceivedWithin,
  readContentFilter,
  type ReceivedRange,
} from './content-filter.js';
export { type FolderRule, mappedFolder, targetFolderOf } from './folder-mapping.js';
export { isFolderWanted } from './folder-filter.js';
export {
  type CheckNote,
  checkNotes,
  type CheckState,
  checkStates,
  type CheckVerdict,
  checkVerdicts,
  type LeftOutReason,
  leftOutReasons,
} from './check.js';
export { FingerprintSet } from './fingerprint-set.js';
export { isView, readingRank } from './folder-order.js';
export { fateOf, type MessageRules, type MessageTraits } from './message-fate.js';
export {
  estimateBatch,
  type EstimateBound,
  estimateBounds,
  estimateMailbox,
  type EstimateSum,
  type MailboxEstimate,
  type MailboxLoad,
  type MailboxPace,
} from './migration-estimate.js';
