export {
  passIdentity,
  readerPass,
  type ReaderPass,
  writerPass,
  type WriterPass,
} from './envelopes/work-envelopes.js';
export {
  contentEnvelope,
  type ContentEnvelope,
  folderEnvelope,
  type FolderEnvelope,
  messageEndEnvelope,
  type MessageEndEnvelope,
  messageEnvelope,
  type MessageEnvelope,
  messagePartEnvelope,
  type MessagePartEnvelope,
  outcomeEnvelope,
  type OutcomeEnvelope,
  passEndEnvelope,
  type PassEndEnvelope,
  planEnvelope,
  type PlanEnvelope,
} from './envelopes/content-envelopes.js';
export {
  decodeFrame,
  encodeFrame,
  type FramedEnvelope,
  InvalidEnvelopeError,
} from './envelopes/envelope-frame.js';
export { parkedQueue, passQueueName, readerPassesQueue, writerPassesQueue } from './queue-names.js';
