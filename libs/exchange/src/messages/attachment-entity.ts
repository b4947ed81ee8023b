import type { FileAttachment } from '@sterna/mime';
import { Base64Text, type JsonObject } from '../graph/json-body.js';
import type { Repairs } from './message-repair.js';

/** A file to be attached, under names that Exchange takes. */
export interface PlannedFile {
  kind: 'file';
  name: string;
  contentType: string;
  contentId: string | null;
  isInline: boolean;
  sizeBytes: number;
  base64: () => Buffer;
}

/** An attached message in Exchange's own form, with the file that may stand for it. */
export interface PlannedItem {
  kind: 'item';
  entity: JsonObject;
  asFile: PlannedFile;
}

export type PlannedAttachment = PlannedFile | PlannedItem;

const maxNameLength = 255;
const fallbackName = 'attachment';
const fallbackType = 'application/octet-stream';

export function plannedFile(file: FileAttachment, repairs: Repairs): PlannedFile {
  const name = shortName(file.name);
  const contentType = /^[\w.+-]+\/[\w.+-]+$/.test(file.contentType) ? file.contentType : fallbackType;
  if (name !== file.name || contentType !== file.contentType) repairs.add('attachmentRenamed');
  const { contentId, isInline, sizeBytes } = file;
  return { kind: 'file', name, contentType, contentId, isInline, sizeBytes, base64: () => file.base64() };
}

/** A file of bytes at hand. */
export function fileOfBytes(bytes: Buffer, name: string, contentType: string): PlannedFile {
  const base64 = (): Buffer => Buffer.from(bytes.toString('base64'), 'latin1');
  const sizeBytes = bytes.length;
  return {
    kind: 'file',
    name: shortName(name),
    contentType,
    contentId: null,
    isInline: false,
    sizeBytes,
    base64,
  };
}

/** A message as the file that mail programs open ("message/rfc822", RFC 2046 section 5.2.1). */
export function messageFile(bytes: Buffer, name: string): PlannedFile {
  const shown = name.trim() === '' ? 'message' : name;
  return fileOfBytes(bytes, /\.eml$/i.test(shown) ? shown : `${shown}.eml`, 'message/rfc822');
}

/** Graph's fileAttachment or itemAttachment. */
export function attachmentEntity(attachment: PlannedAttachment): JsonObject {
  if (attachment.kind === 'item') return attachment.entity;
  const { name, contentType, contentId, isInline } = attachment;
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name,
    contentType,
    isInline,
    ...(contentId === null ? {} : { contentId }),
    contentBytes: new Base64Text(attachment.sizeBytes, attachment.base64),
  };
}

/** What an upload session is asked for ("attachmentItem resource type"). */
export function uploadItem({ name, contentType, contentId, isInline, sizeBytes }: PlannedFile): JsonObject {
  return {
    AttachmentItem: {
      attachmentType: 'file',
      name,
      size: sizeBytes,
      contentType,
      isInline,
      ...(contentId === null ? {} : { contentId }),
    },
  };
}

/** Within the length that Exchange keeps, with the ending that says what the file is. */
function shortName(name: string): string {
  const plain = name.trim() === '' ? fallbackName : name;
  if (plain.length <= maxNameLength) return plain;
  const ending = /\.[^.]{1,16}$/.exec(plain)?.[0] ?? '';
  return `${plain.slice(0, maxNameLength - ending.length).replace(/[\ud800-\udbff]$/, '')}${ending}`;
}
