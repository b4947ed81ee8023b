export { convertMessage, type ConvertOptions } from './convert-message.js';
export {
  repairCodes,
  type ConvertedAttachment,
  type ConvertedMessage,
  type FileAttachment,
  type HeaderField,
  type Importance,
  type MailAddress,
  type MessageAttachment,
  type MessageBody,
  type RepairCode,
} from './converted-message.js';
