import { concreteType } from './body-validation.js';
import {
  messageFlagsId,
  readBit,
  readExtendedProperties,
  receivedTimeId,
  sentTimeId,
  singleValue,
  unsentBit,
} from './extended-property.js';
import { GraphError } from './graph-error.js';
import { booleanAt, type JsonObject, objectAt, objectsAt, stringAt, stringsAt } from './json.js';
import { contentSizeBytes, type MessageContent, type StoredAttachment } from './message.js';
import {
  newInternetMessageId,
  previewOf,
  readBodyType,
  readEnum,
  readFlag,
  readHeaders,
  readRecipient,
  readRecipients,
} from './message-fields.js';
import type { Spool } from './spool.js';
import { refuseReadOnlyAtCreation } from './writable-properties.js';

/** Where content goes while a message is read: bytes to the spool, ids from the mailbox. */
export interface CreationContext {
  spool: Spool;
  newId: () => string;
}

/**
 * Reads a validated message body. Dates, read and draft state come from the extended properties
 * SystemTime 0x0E06, SystemTime 0x0039 and Integer 0x0E07; without them the message is a draft dated now.
 * @throws GraphError 400 for read-only properties, header names, extended property ids and base64
 */
export function readMessage(entity: JsonObject, context: CreationContext): MessageContent {
  refuseReadOnlyAtCreation('message', entity);
  const extendedProperties = readExtendedProperties(entity);
  const flags = singleValue(extendedProperties, messageFlagsId);
  const flagBits = flags === null ? unsentBit | readBit : Number(flags);
  const now = Date.now();
  const from = readRecipient(objectAt(entity, 'from'));
  const bodyText = stringAt(objectAt(entity, 'body') ?? {}, 'content') ?? '';
  return {
    subject: stringAt(entity, 'subject') ?? null,
    from,
    sender: readRecipient(objectAt(entity, 'sender')) ?? from,
    toRecipients: readRecipients(entity, 'toRecipients'),
    ccRecipients: readRecipients(entity, 'ccRecipients'),
    bccRecipients: readRecipients(entity, 'bccRecipients'),
    replyTo: readRecipients(entity, 'replyTo'),
    internetMessageId: stringAt(entity, 'internetMessageId') ?? newInternetMessageId(),
    internetMessageHeaders: readHeaders(entity),
    importance: readEnum(entity, 'importance', 'importance') ?? 'normal',
    inferenceClassification:
      readEnum(entity, 'inferenceClassification', 'inferenceClassificationType') ?? 'focused',
    isRead: booleanAt(entity, 'isRead') ?? (flagBits & readBit) !== 0,
    isDraft: (flagBits & unsentBit) !== 0,
    isDeliveryReceiptRequested: booleanAt(entity, 'isDeliveryReceiptRequested') ?? null,
    isReadReceiptRequested: booleanAt(entity, 'isReadReceiptRequested') ?? false,
    flag: readFlag(objectAt(entity, 'flag')),
    categories: stringsAt(entity, 'categories'),
    receivedMs: timeOf(singleValue(extendedProperties, receivedTimeId)) ?? now,
    sentMs: timeOf(singleValue(extendedProperties, sentTimeId)) ?? now,
    bodyContentType: readBodyType(entity),
    body: context.spool.append(Buffer.from(bodyText, 'utf8')),
    bodyPreview: previewOf(bodyText, readBodyType(entity)),
    extendedProperties,
    attachments: objectsAt(entity, 'attachments').map((each) => readAttachment(each, context)),
    mime: null,
  };
}

/** Exchange keeps whole seconds here. */
function timeOf(value: string | null): number | null {
  return value === null ? null : Math.floor(Date.parse(value) / 1000) * 1000;
}

/**
 * Reads a validated attachment; base64 is decoded here and nowhere else.
 * @throws GraphError 400 for read-only properties, bad base64, missing content
 */
export function readAttachment(entity: JsonObject, context: CreationContext): StoredAttachment {
  const type = concreteType('attachment', entity);
  refuseReadOnlyAtCreation(type, entity);
  const common = {
    id: context.newId(),
    name: stringAt(entity, 'name') ?? '',
    contentType: stringAt(entity, 'contentType') ?? null,
    isInline: booleanAt(entity, 'isInline') ?? false,
    lastModifiedMs: Date.now(),
  };
  if (common.name === '') {
    throw new GraphError(
      400,
      'ErrorRequiredPropertyMissing',
      'Required property is missing: attachment name.',
    );
  }
  if (type === 'itemAttachment') {
    const entityOfItem = objectAt(entity, 'item');
    if (entityOfItem === undefined) throw missing('item');
    const item = readMessage(entityOfItem, context);
    const sizeBytes = contentSizeBytes(item);
    return { ...common, kind: 'item', contentId: null, contentLocation: null, sizeBytes, content: [], item };
  }
  const bytes = decodeBase64(stringAt(entity, 'contentBytes') ?? null);
  return {
    ...common,
    kind: 'file',
    contentId: stringAt(entity, 'contentId') ?? null,
    contentLocation: stringAt(entity, 'contentLocation') ?? null,
    sizeBytes: bytes.length,
    content: context.spool.append(bytes),
    item: null,
  };
}

const missing = (name: string): GraphError =>
  new GraphError(400, 'ErrorRequiredPropertyMissing', `Required property is missing: ${name}.`);

/** Node skips what is not base64, so bad text shows as too few bytes. */
function decodeBase64(text: string | null): Buffer {
  if (text === null) throw missing('contentBytes');
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) {
    throw new GraphError(
      400,
      'RequestBodyRead',
      "Cannot convert the literal of 'contentBytes' to the expected type 'Edm.Binary'.",
    );
  }
  return bytes;
}
