import { randomUUID } from 'node:crypto';
import { readAttachment } from './attachment-creation.js';
import { enumMember } from './body-validation.js';
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
import type { DateTimeTimeZone, EmailAddress, FollowupFlag, MessageContent } from './message.js';
import type { Spool } from './spool.js';
import { refuseReadOnlyAtCreation } from './writable-properties.js';

const maxHeaders = 5;
const maxHeaderValueLength = 995;
const previewLength = 255;

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

export const newInternetMessageId = (): string => `<${randomUUID()}@emulator.outlook.invalid>`;

/** Exchange keeps whole seconds here. */
function timeOf(value: string | null): number | null {
  return value === null ? null : Math.floor(Date.parse(value) / 1000) * 1000;
}

export function readRecipient(recipient: JsonObject | undefined): EmailAddress | null {
  const address = recipient === undefined ? undefined : objectAt(recipient, 'emailAddress');
  if (address === undefined) return null;
  return { name: stringAt(address, 'name') ?? null, address: stringAt(address, 'address') ?? null };
}

export function readRecipients(entity: JsonObject, name: string): EmailAddress[] {
  return objectsAt(entity, name)
    .map(readRecipient)
    .filter((address) => address !== null);
}

export function readEnum(entity: JsonObject, name: string, enumName: string): string | undefined {
  const value = stringAt(entity, name);
  return value === undefined ? undefined : enumMember(enumName, value);
}

export function readBodyType(entity: JsonObject): string {
  return readEnum(objectAt(entity, 'body') ?? {}, 'contentType', 'bodyType') ?? 'text';
}

export function readFlag(flag: JsonObject | undefined): FollowupFlag {
  if (flag === undefined) return { flagStatus: 'notFlagged' };
  const read: FollowupFlag = {
    flagStatus: readEnum(flag, 'flagStatus', 'followupFlagStatus') ?? 'notFlagged',
  };
  const start = readDateTime(flag, 'startDateTime');
  const due = readDateTime(flag, 'dueDateTime');
  const completed = readDateTime(flag, 'completedDateTime');
  if (start !== null) read.startDateTime = start;
  if (due !== null) read.dueDateTime = due;
  if (completed !== null) read.completedDateTime = completed;
  return read;
}

function readDateTime(flag: JsonObject, name: string): DateTimeTimeZone | null {
  const value = objectAt(flag, name);
  const dateTime = value === undefined ? undefined : stringAt(value, 'dateTime');
  if (value === undefined || dateTime === undefined) return null;
  return { dateTime, timeZone: stringAt(value, 'timeZone') ?? null };
}

/** The first characters of the text, tags taken away. */
export function previewOf(bodyText: string, contentType: string): string {
  const start = bodyText.slice(0, 4096);
  const text = contentType === 'html' ? start.replace(/<style[\s\S]*?<\/style>|<[^>]*>?/gi, ' ') : start;
  return text.replace(/\s+/g, ' ').trim().slice(0, previewLength);
}

/** Only own headers, five at most (Graph page "message resource type", internetMessageHeaders). */
function readHeaders(entity: JsonObject): { name: string; value: string }[] {
  const headers = objectsAt(entity, 'internetMessageHeaders').map((header) => ({
    name: stringAt(header, 'name') ?? '',
    value: stringAt(header, 'value') ?? '',
  }));
  if (headers.length > maxHeaders) {
    throw new GraphError(
      400,
      'InvalidInternetMessageHeaderCollection',
      `Maximum number of headers in one message should be less than or equal to ${maxHeaders}.`,
    );
  }
  for (const { name, value } of headers) {
    if (!/^x-./i.test(name)) {
      const message = `The internet message header name '${name}' should start with 'x-' or 'X-'.`;
      throw new GraphError(400, 'InvalidInternetMessageHeader', message);
    }
    if (value.length > maxHeaderValueLength) {
      const message = `The value of internet message header '${name}' is longer than ${maxHeaderValueLength} characters.`;
      throw new GraphError(400, 'InvalidInternetMessageHeader', message);
    }
  }
  return headers;
}
