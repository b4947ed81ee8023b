import { base64Body } from './base64-body.js';
import type { FileAttachment, RepairNotes } from './converted-message.js';
import { readContentId } from './message-fields.js';
import { firstValue, type Part } from './part-tree.js';
import { decodeBody } from './transfer-encoding.js';

/** A file whose encoded form is made when it is asked for. */
export function fileOfBytes(
  bytes: Buffer,
  names: Pick<FileAttachment, 'name' | 'contentType' | 'contentId'>,
): FileAttachment {
  return {
    kind: 'file',
    ...names,
    isInline: false,
    sizeBytes: bytes.length,
    base64: () => Buffer.from(bytes.toString('base64'), 'latin1'),
    decoded: () => bytes,
  };
}

/** A leaf as a file: base64 is handed through, the other transfer encodings are decoded (RFC 2045 section 6). */
export function fileOfPart(part: Part, name: string, repairs: RepairNotes): FileAttachment {
  const names = {
    name,
    contentType: part.contentType,
    contentId: readContentId(firstValue(part, 'content-id')),
  };
  if (part.encoding !== 'base64') return fileOfBytes(decodeBody(part.raw, part.encoding, repairs), names);
  return { kind: 'file', ...names, isInline: false, ...base64Body(part.raw, repairs) };
}
