import { booleanAt, type JsonObject, objectAt, stringAt, stringsAt } from './json.js';
import type { MessageContent } from './message.js';
import {
  previewOf,
  readBodyType,
  readEnum,
  readFlag,
  readRecipient,
  readRecipients,
} from './message-fields.js';
import type { Spool } from './spool.js';

type Change = (body: JsonObject, spool: Spool) => Partial<MessageContent>;

const changeByProperty: Record<string, Change> = {
  isRead: (body) => ({ isRead: booleanAt(body, 'isRead') ?? false }),
  flag: (body) => ({ flag: readFlag(objectAt(body, 'flag')) }),
  categories: (body) => ({ categories: stringsAt(body, 'categories') }),
  importance: (body) => ({ importance: readEnum(body, 'importance', 'importance') ?? 'normal' }),
  inferenceClassification: (body) => ({
    inferenceClassification:
      readEnum(body, 'inferenceClassification', 'inferenceClassificationType') ?? 'focused',
  }),
  subject: (body) => ({ subject: stringAt(body, 'subject') ?? null }),
  from: (body) => ({ from: readRecipient(objectAt(body, 'from')) }),
  sender: (body) => ({ sender: readRecipient(objectAt(body, 'sender')) }),
  toRecipients: (body) => ({ toRecipients: readRecipients(body, 'toRecipients') }),
  ccRecipients: (body) => ({ ccRecipients: readRecipients(body, 'ccRecipients') }),
  bccRecipients: (body) => ({ bccRecipients: readRecipients(body, 'bccRecipients') }),
  replyTo: (body) => ({ replyTo: readRecipients(body, 'replyTo') }),
  internetMessageId: (body) => {
    const internetMessageId = stringAt(body, 'internetMessageId');
    return internetMessageId === undefined ? {} : { internetMessageId };
  },
  isDeliveryReceiptRequested: (body) => ({
    isDeliveryReceiptRequested: booleanAt(body, 'isDeliveryReceiptRequested') ?? null,
  }),
  isReadReceiptRequested: (body) => ({
    isReadReceiptRequested: booleanAt(body, 'isReadReceiptRequested') ?? false,
  }),
  body: (body, spool) => {
    const text = stringAt(objectAt(body, 'body') ?? {}, 'content') ?? '';
    const bodyContentType = readBodyType(body);
    return {
      bodyContentType,
      body: spool.append(Buffer.from(text, 'utf8')),
      bodyPreview: previewOf(text, bodyContentType),
      mime: null,
    };
  },
};

/** What a validated PATCH body changes; a property it does not name stays as it is. */
export function changesOf(body: JsonObject, spool: Spool): Partial<MessageContent> {
  const changes: Partial<MessageContent> = {};
  for (const name of Object.keys(body)) Object.assign(changes, changeByProperty[name]?.(body, spool));
  return changes;
}
