export { isDuplicateKey, type Page } from './collection.js';
export { defaultMigrationConfig, migrationConfigSchema } from './documents.js';
export type {
  ApiKey,
  Batch,
  Endpoint,
  Folder,
  MigrationConfig,
  MigrationUser,
  Pass,
  PassError,
  PassResult,
  Tenant,
} from './documents.js';
export { type BatchRepository, type BatchSettings, type BatchTransition } from './batch.repository.js';
export type { BatchCheck, CheckCounts, CheckedMailbox, CheckLane, CheckSettings } from './check-documents.js';
export { type CheckLaneRepository, type LaneRequest } from './check-lane.repository.js';
export { type CheckRepository } from './check.repository.js';
export {
  type CheckedMailboxRepository,
  type CheckGroup,
  type HeldMailbox,
} from './checked-mailbox.repository.js';
export { type EndpointRepository, nameKeyOf } from './endpoint.repository.js';
export { type FolderRepository, type FolderState } from './folder.repository.js';
export { chunkUids, type LedgerEntry, stateOfByte } from './ledger-chunk.js';
export { type LedgerRepository, type MissedMessageOfFolder } from './ledger.repository.js';
export { type LedgerWriter } from './ledger-writer.js';
export { type PassRepository } from './pass.repository.js';
export {
  type AuditEntry,
  type AuditRepository,
  type ReportRepository,
  reportCursorOf,
  type SavedReport,
  type SavedReportName,
} from './record.repository.js';
export { type RowError, type RowErrorRepository } from './row-error.repository.js';
export { type SecretRepository } from './secret.repository.js';
export { type SlotKind, type SlotRepository } from './slot.repository.js';
export { asStateError } from './state-outage.js';
export { StateStore } from './state-store.js';
export { type UserRepository, type UserTransition } from './user.repository.js';
