import { GraphError } from './graph-error.js';
import type { Mailbox } from './mailbox.js';
import type { StoredAttachment, StoredMessage } from './message.js';

/** @throws GraphError 413 ErrorMessageSizeExceeded when the message would grow past the largest size */
export function refuseTooLarge(message: StoredMessage, addedBytes: number, maxMessageBytes: number): void {
  if (message.sizeBytes + addedBytes <= maxMessageBytes) return;
  throw new GraphError(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
}

/** Where an attachment goes. */
export interface AttachmentTarget {
  mailbox: Mailbox;
  message: StoredMessage;
  maxMessageBytes: number;
}

/** Appends an attachment to a message. @throws GraphError 413, 507 */
export function attach(
  { mailbox, message, maxMessageBytes }: AttachmentTarget,
  attachment: StoredAttachment,
): void {
  refuseTooLarge(message, attachment.sizeBytes, maxMessageBytes);
  mailbox.refuseWhenFull(attachment.sizeBytes, null);
  mailbox.change(message, () => {
    message.attachments.push(attachment);
    message.mime = null;
  });
}
