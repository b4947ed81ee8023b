export { type RunningProcess, startProcess, waitUntilReady } from './child-process.js';
export { findFreePorts, isPortFree, isPortOpen } from './free-ports.js';
export { type RunningServer, startMongoDb } from './mongodb.js';
export { startRabbitMq } from './rabbitmq.js';
export { type MailUser, mailOwner, type RunningDovecot, startDovecot } from './dovecot.js';
export { findProgram, workspaceRoot } from './workspace-path.js';
export { compareMailbox, expectedFolder, type MailboxComparison } from './comparison.js';
export { readSourceMailbox, type SourceAccount, type SourceMessage } from './source-mailbox.js';
export { readTargetMailbox, type TargetMessage } from './target-mailbox.js';
