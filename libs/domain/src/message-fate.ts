import type { LeftOutReason } from './check.js';
import { isReceivedWithin } from './content-filter.js';

/** What a server says of a message without its content. */
export interface MessageTraits {
  isDeleted: boolean;
  receivedAt: Date;
  sizeBytes: number;
  /** X-GM-MSGID: the same for a message in all folders of Gmail that show it; null elsewhere. */
  gmailId: string | null;
}

/** What a batch says of single messages. */
export interface MessageRules {
  receivedFrom: Date | null;
  receivedTo: Date | null;
  largeItemLimitBytes: number;
}

/** Why a message will not be migrated, in the order in which the reader looks; null when it will. */
export function fateOf(message: Omit<MessageTraits, 'gmailId'>, rules: MessageRules): LeftOutReason | null {
  if (message.isDeleted) return 'markedDeleted';
  const { receivedFrom: from, receivedTo: to } = rules;
  if (!isReceivedWithin(message.receivedAt, { from, to })) return 'contentFilter';
  return message.sizeBytes > rules.largeItemLimitBytes ? 'tooLarge' : null;
}
