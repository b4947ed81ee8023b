export {
  type AvailabilityReport,
  type AvailabilityStep,
  type AvailabilityStepName,
  type LogIn,
  testAvailability,
} from './availability.js';
export { type SourceServer } from './imap-connection.js';
export { classifyImapError } from './imap-error.js';
export { ImapSession, type OpenedFolder } from './imap-session.js';
export { tlsVersions } from './source-tls.js';
export { type SourceFolderStatus } from './source-folder.js';
export { type FetchedMessage, type SourceMessageFacts } from './source-message.js';
