export { batchCheck, type BatchCheckView, viewCheck } from './batch-check-view.js';
export { printCheckHeader, printCheckRow } from './check-csv.js';
export { checkMailbox, type CheckOrder, type CheckParts, type CheckResult } from './check-mailbox.js';
export { CheckRunner } from './check-runner.js';
export { CheckTargets } from './check-targets.js';
export { leftOutOf, mailboxCheck, type MailboxCheck, sizeOrigins } from './mailbox-check.js';
export { SourceLane } from './source-lane.js';
export { lockableLoginOf, type LoginParts, serverKeyOf } from './source-login.js';
