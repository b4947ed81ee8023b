export { ExchangeTarget } from './exchange-target.js';
export { TargetMailbox } from './target-mailbox.js';
export type { TargetCredentials } from './graph/access-tokens.js';
export type { GateCounters } from './graph/mailbox-gate.js';
export type { EnsuredFolder } from './folders/folder-tree.js';
export { type FolderRepair, folderRepairs } from './folders/folder-name.js';
