import { randomUUID } from 'node:crypto';
import { enumMember } from './body-validation.js';
import { GraphError } from './graph-error.js';
import { type JsonObject, objectAt, objectsAt, stringAt } from './json.js';
import type { DateTimeTimeZone, EmailAddress, FollowupFlag } from './message.js';

const maxHeaders = 5;
const maxHeaderValueLength = 995;
const previewLength = 255;

export const newInternetMessageId = (): string => `<${randomUUID()}@emulator.outlook.invalid>`;

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
  return detached(text.replace(/\s+/g, ' ').trim().slice(0, previewLength));
}

/** A copy that does not keep the long text alive of which it is a part. */
export const detached = (text: string): string => Buffer.from(text, 'utf8').toString('utf8');

/** Only own headers, five at most (Graph page "message resource type", internetMessageHeaders). */
export function readHeaders(entity: JsonObject): { name: string; value: string }[] {
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
