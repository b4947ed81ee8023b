export { ExchangeTarget } from './exchange-target.js';
export { TenantTargets } from './tenant-targets.js';
export { TargetMailbox } from './target-mailbox.js';
export type { TargetCredentials } from './graph/access-tokens.js';
export type { GateCounters } from './graph/mailbox-gate.js';
export type { EnsuredFolder } from './folders/folder-tree.js';
export {
  type FolderForecast,
  forecastEmptyMailbox,
  type PlacedFolder,
  type TargetForecast,
} from './folders/folder-forecast.js';
export { type FolderRepair, folderRepairs } from './folders/folder-name.js';
export { type MessageRepair, messageRepairs } from './messages/message-repair.js';
export type { FoundMessage } from './messages/message-lookup.js';
export type { WriteRequest, WriteResult } from './messages/message-writer.js';
