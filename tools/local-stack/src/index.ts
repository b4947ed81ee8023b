export { type ProcessOptions, type RunningProcess, startProcess, waitUntilReady } from './child-process.js';
export { type CommandGate, startCommandGate } from './command-gate.js';
export { compareMailbox, expectedFolder, type MailboxComparison } from './comparison.js';
export { type DovecotAddress, type DovecotOptions, type RunningDovecot, startDovecot } from './dovecot.js';
export { findFreePorts, isPortFree, isPortOpen } from './free-ports.js';
export {
  type CourierAddress,
  courierAdministrator,
  courierFromEnvironment,
  courierMaildir,
  courierPassword,
  courierUsers,
  shareFolders,
} from './courier.js';
export {
  administerCyrus,
  type CyrusAddress,
  cyrusFromEnvironment,
  cyrusPassword,
  cyrusProxy,
  cyrusUsers,
} from './cyrus.js';
export { type CyrusHierarchy } from './cyrus-configuration.js';
export { quoted, runImapCommands } from './imap-commands.js';
export { fillByImap, withClient } from './imap-filling.js';
export { mailOwner, type MailUser, MailUsers } from './mail-users.js';
export { type RunningServer, startMongoDb } from './mongodb.js';
export { startRabbitMq } from './rabbitmq.js';
export { type RunningService, type ServiceOptions, startService } from './service.js';
export { readSourceMailbox, type SourceAccount, type SourceMessage } from './source-mailbox.js';
export { createStateDirectory, type StateDirectory } from './state-directory.js';
export { readTargetMailbox, type TargetMessage } from './target-mailbox.js';
export { dovecotFromEnvironment } from './test-dovecot.js';
export { findProgram, workspaceRoot } from './workspace-path.js';
export {
  deliver,
  fillMailbox,
  type FolderInventory,
  type FolderSpec,
  type MailboxInventory,
  type MailboxSpec,
} from './mail-corpus.js';
export { MaildirFolder, type MaildirMessage, type MailFlag } from './maildir.js';
export { type ExchangeProcess, startExchangeProcess } from './exchange-process.js';
export { testMailDomain } from './exchange-server.js';
export { type LocalStack, type LocalStackOptions, type StackTarget, startLocalStack } from './stack.js';
export { startTokenServer, TokenServer } from './token-server.js';
export { startTcpProxy, type TcpProxy } from './tcp-proxy.js';
export { type CommandResult, runSterna } from './sterna-command.js';
export { type ServiceName, type SternaServices, startSternaServices } from './sterna-services.js';
