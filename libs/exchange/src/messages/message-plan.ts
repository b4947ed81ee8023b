import type { ConvertedMessage } from '@sterna/mime';
import { encodeJson, type JsonObject, measureJson } from '../graph/json-body.js';
import {
  attachmentEntity,
  fileOfBytes,
  messageFile,
  type PlannedAttachment,
  type PlannedFile,
} from './attachment-entity.js';
import { property, propertyIds, type SourceState } from './extended-property.js';
import { messageEntity, plannedAttachments } from './message-entity.js';
import type { MessageForm } from './message-form.js';
import type { Repairs } from './message-repair.js';

/** Graph takes 4 MB a request (https://learn.microsoft.com/graph/api/user-post-messages); this leaves room. */
export const maxCreateBytes = Math.floor(3.9 * 1024 * 1024);
/** The limit itself: of a single attachment nothing can be taken out. */
export const maxRequestBytes = 4 * 1024 * 1024;

/** How a message is written: one create, and the attachments that found no room in it. */
export interface MessagePlan {
  /** The body of the create. */
  create: () => Uint8Array<ArrayBuffer>;
  inlineCount: number;
  later: readonly PlannedAttachment[];
  repairs: readonly string[];
}

export interface PlannedContent {
  message: ConvertedMessage;
  raw: Buffer;
  source: SourceState;
}

/**
 * Plans the requests of a message in one form. Attachments are taken out of the create, the largest first, until
 * it fits into `limitBytes`.
 */
export function planMessage(content: PlannedContent, form: MessageForm, limitBytes: number): MessagePlan {
  const repairs: Repairs = new Set([...content.message.repairs, ...form.repairs]);
  const message = form.content === 'file' ? emptied(content) : content.message;
  const attachments = form.content === 'file' ? [] : plannedAttachments(message, form, repairs);
  if (form.content === 'file') attachments.push(messageFile(content.raw, message.subject.slice(0, 100)));
  let entity = messageEntity(message, content.source, form, repairs);
  if (entityBytes(entity) > maxCreateBytes) {
    repairs.add('bodyKeptAsFile');
    attachments.unshift(bodyFile(message));
    entity = messageEntity(shortened(message), content.source, form, repairs);
  }
  const room = Math.min(limitBytes, maxCreateBytes) - entityBytes(entity);
  const { inline, later } = divide(attachments, room, repairs);
  const marker = later.length === 0 ? [] : [property(propertyIds.incomplete, String(later.length))];
  const body: JsonObject = {
    ...entity.fields,
    singleValueExtendedProperties: [...entity.properties, ...marker],
    ...(inline.length === 0 ? {} : { attachments: inline.map(attachmentEntity) }),
  };
  return { create: () => encodeJson(body), inlineCount: inline.length, later, repairs: [...repairs] };
}

type Entity = ReturnType<typeof messageEntity>;

/** The marker and punctuation, generously. */
const overheadBytes = 512;

function entityBytes({ fields, properties }: Entity): number {
  return measureJson(fields) + measureJson(properties) + overheadBytes;
}

function divide(
  attachments: readonly PlannedAttachment[],
  room: number,
  repairs: Repairs,
): { inline: PlannedAttachment[]; later: PlannedAttachment[] } {
  const sized = attachments.map((attachment) => ({
    attachment,
    bytes: measureJson(attachmentEntity(attachment)) + 1,
  }));
  let total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  const taken = new Set<PlannedAttachment>();
  for (const { attachment, bytes } of [...sized].sort((a, b) => b.bytes - a.bytes)) {
    if (total <= room) break;
    taken.add(attachment);
    total -= bytes;
  }
  const inline = attachments.filter((each) => !taken.has(each));
  const later = sized
    .filter(({ attachment }) => taken.has(attachment))
    .map(({ attachment, bytes }) => (bytes > maxRequestBytes ? asFile(attachment, repairs) : attachment));
  return { inline, later };
}

/** Upload sessions take files only. */
function asFile(attachment: PlannedAttachment, repairs: Repairs): PlannedFile {
  if (attachment.kind === 'file') return attachment;
  repairs.add('attachedMessageKeptAsFile');
  return attachment.asFile;
}

/** The message without its parts, for the form in which it is kept whole as a file. */
function emptied({ message }: PlannedContent): ConvertedMessage {
  return { ...message, body: { contentType: 'text', content: '' }, plainBody: null, attachments: [] };
}

const keptBodyLength = 64 * 1024;

/** The beginning of a body that is larger than a request may be. */
function shortened(message: ConvertedMessage): ConvertedMessage {
  const text = message.body.contentType === 'text' ? message.body.content : (message.plainBody ?? '');
  const content = text.slice(0, keptBodyLength).replace(/[\ud800-\udbff]$/, '');
  return { ...message, body: { contentType: 'text', content }, plainBody: null };
}

function bodyFile({ body }: ConvertedMessage): PlannedFile {
  const isHtml = body.contentType === 'html';
  return fileOfBytes(
    Buffer.from(body.content),
    isHtml ? 'message-body.html' : 'message-body.txt',
    isHtml ? 'text/html' : 'text/plain',
  );
}
