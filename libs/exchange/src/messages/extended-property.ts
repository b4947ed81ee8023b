import type { ConvertedMessage } from '@sterna/mime';
import type { JsonObject } from '../graph/json-body.js';
import type { Repairs } from './message-repair.js';

/** The property set of Sterna's own named properties. */
const ownSet = '{8d1c1a5e-7f0e-4b59-9d0c-5f3a6a0b7c11}';

/** Ids in the form of "singleValueLegacyExtendedProperty resource type"; the tags are those of MS-OXPROPS. */
export const propertyIds = {
  /** Names the source message, so that a lost answer can be settled. */
  key: `String ${ownSet} Name SternaKey`,
  /** How many attachments are still to come; "0" when all are there. Messages written in one request have none. */
  incomplete: `String ${ownSet} Name SternaIncomplete`,
  messageFlags: 'Integer 0x0E07',
  receivedTime: 'SystemTime 0x0E06',
  sentTime: 'SystemTime 0x0039',
  headers: 'String 0x007D',
  plainBody: 'String 0x1000',
  iconIndex: 'Integer 0x1080',
  lastVerb: 'Integer 0x1081',
  lastVerbTime: 'SystemTime 0x1082',
} as const;

const maxHeaderLength = 32 * 1024;
const maxPlainLength = 256 * 1024;

/** What a message is at the source, beside its bytes. */
export interface SourceState {
  /** In lower case. */
  flags: ReadonlySet<string>;
  /** As the server gave them. */
  keywords: readonly string[];
  /** Names of other folders that show the message. */
  labels: readonly string[];
  internalDate: Date;
  key: string;
}

/**
 * What only a create can say: read and not a draft (PidTagMessageFlags: mfRead 1, no mfUnsent), received, sent; a
 * draft stays one without flags. Then Sterna's key.
 */
export function neededProperties(message: ConvertedMessage, source: SourceState): JsonObject[] {
  const received = validTime(source.internalDate) ?? validTime(message.sentDate) ?? new Date();
  const sent = validTime(message.sentDate) ?? received;
  return [
    ...(source.flags.has('\\draft')
      ? []
      : [property(propertyIds.messageFlags, source.flags.has('\\seen') ? '1' : '0')]),
    property(propertyIds.receivedTime, received.toISOString()),
    property(propertyIds.sentTime, sent.toISOString()),
    property(propertyIds.key, source.key),
  ];
}

/** The same for an attached message: it was sent, and nobody cares whether it was read. */
export function attachedMessageProperties(message: ConvertedMessage): JsonObject[] {
  const sent = validTime(message.sentDate);
  const time = sent === null ? [] : [propertyIds.receivedTime, propertyIds.sentTime];
  return [
    property(propertyIds.messageFlags, '1'),
    ...time.map((id) => property(id, sent?.toISOString() ?? '')),
    ...headerProperties(message),
  ];
}

/** Answered and forwarded as Outlook shows them, the original headers, the plain text beside an HTML body. */
export function optionalProperties(
  message: ConvertedMessage,
  source: SourceState,
  repairs: Repairs,
): JsonObject[] {
  return [...verbProperties(source), ...headerProperties(message), ...plainProperties(message, repairs)];
}

export function property(id: string, value: string): JsonObject {
  return { id, value };
}

/** PidTagIconIndex and PidTagLastVerbExecuted (MS-OXOMSG 2.2.1.10 and 2.2.4.3): 261 and 102 reply, 262 and 104 forward. */
function verbProperties({ flags, internalDate }: SourceState): JsonObject[] {
  const isForwarded = flags.has('$forwarded') || flags.has('forwarded');
  if (!isForwarded && !flags.has('\\answered')) return [];
  const isReplied = flags.has('\\answered');
  const time = validTime(internalDate);
  return [
    property(propertyIds.iconIndex, isReplied ? '261' : '262'),
    property(propertyIds.lastVerb, isReplied ? '102' : '104'),
    ...(time === null ? [] : [property(propertyIds.lastVerbTime, time.toISOString())]),
  ];
}

/** At most 32 KB, cut at the end of a line. */
function headerProperties({ headerText }: ConvertedMessage): JsonObject[] {
  if (headerText === '') return [];
  if (headerText.length <= maxHeaderLength) return [property(propertyIds.headers, headerText)];
  const lineEnd = headerText.lastIndexOf('\n', maxHeaderLength - 1);
  return [property(propertyIds.headers, headerText.slice(0, lineEnd < 0 ? maxHeaderLength : lineEnd + 1))];
}

function plainProperties({ plainBody }: ConvertedMessage, repairs: Repairs): JsonObject[] {
  if (plainBody === null || plainBody === '') return [];
  if (plainBody.length <= maxPlainLength) return [property(propertyIds.plainBody, plainBody)];
  repairs.add('plainTextLeftOut');
  return [];
}

/** Exchange's times begin in 1601 (FILETIME); mail's do in 1970. */
function validTime(time: Date | null): Date | null {
  const ms = time?.getTime() ?? Number.NaN;
  return ms >= 0 && ms < 32_503_680_000_000 ? time : null;
}
