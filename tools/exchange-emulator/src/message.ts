import type { Folder } from './folder-tree.js';
import type { SpooledBytes } from './spool.js';

export interface EmailAddress {
  name: string | null;
  address: string | null;
}

export interface ExtendedProperty {
  /** As the client wrote it. */
  id: string;
  value: string | string[];
}

export interface DateTimeTimeZone {
  dateTime: string;
  timeZone: string | null;
}

export interface FollowupFlag {
  flagStatus: string;
  startDateTime?: DateTimeTimeZone;
  dueDateTime?: DateTimeTimeZone;
  completedDateTime?: DateTimeTimeZone;
}

/** An attachment; `item` is set for an attached message, `content` holds the bytes of a file. */
export interface StoredAttachment {
  id: string;
  kind: 'file' | 'item';
  name: string;
  contentType: string | null;
  isInline: boolean;
  contentId: string | null;
  contentLocation: string | null;
  sizeBytes: number;
  lastModifiedMs: number;
  content: SpooledBytes;
  item: MessageContent | null;
}

/** What a message says, wherever it lies: in a folder or inside another message. Times are epoch milliseconds. */
export interface MessageContent {
  subject: string | null;
  from: EmailAddress | null;
  sender: EmailAddress | null;
  toRecipients: EmailAddress[];
  ccRecipients: EmailAddress[];
  bccRecipients: EmailAddress[];
  replyTo: EmailAddress[];
  internetMessageId: string;
  internetMessageHeaders: { name: string; value: string }[];
  importance: string;
  inferenceClassification: string;
  isRead: boolean;
  isDraft: boolean;
  isDeliveryReceiptRequested: boolean | null;
  isReadReceiptRequested: boolean;
  flag: FollowupFlag;
  categories: string[];
  receivedMs: number;
  sentMs: number;
  bodyContentType: string;
  body: SpooledBytes;
  bodyPreview: string;
  /** Keyed by the normal form of the property id. */
  extendedProperties: Map<string, ExtendedProperty>;
  attachments: StoredAttachment[];
  /** The MIME that the message was made from, if it was. */
  mime: SpooledBytes | null;
}

/** A message of a mailbox. Its `id` changes when it moves, its `immutableId` does not. */
export interface StoredMessage extends MessageContent {
  id: string;
  immutableId: string;
  conversationId: string;
  changeKey: string;
  createdMs: number;
  modifiedMs: number;
  folder: Folder;
  sizeBytes: number;
}

/** Bytes of the bodies and files of a message, nested messages included. */
export function contentSizeBytes(content: MessageContent): number {
  const attached = content.attachments.reduce((sum, attachment) => sum + attachment.sizeBytes, 0);
  return content.body.reduce((sum, segment) => sum + segment.length, 0) + attached + 512;
}
