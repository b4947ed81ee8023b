import { fileNameOf, givenName, messageNameOf } from './attachment-name.js';
import { appendPieces, bodyOf, chooseAlternative, type BodyPieces, type TextPiece } from './body-pieces.js';
import { charsetOfHtml, decodeText } from './charset.js';
import type {
  ConvertedAttachment,
  ConvertedMessage,
  FileAttachment,
  MessageAttachment,
  RepairNotes,
} from './converted-message.js';
import { fileOfBytes, fileOfPart } from './file-attachment.js';
import { readContentId } from './message-fields.js';
import { firstValue, type Part } from './part-tree.js';
import { cleanText } from './text-cleaning.js';
import { decodeBody } from './transfer-encoding.js';

/** Converts an attached message, one level further down. */
export type ConvertAttached = (content: Buffer, depthLeft: number) => ConvertedMessage;

interface Gathering {
  repairs: RepairNotes;
  convertAttached: ConvertAttached;
  attachments: ConvertedAttachment[];
  leaves: number;
  hasBody: boolean;
}

/** Where a part stands in the tree. */
interface Position {
  depthLeft: number;
  /** Text may become body here. */
  isBodyPlace: boolean;
  /** One of several forms of the same content: a file name does not make it a file. */
  isAlternative: boolean;
}

const emptyPieces = (): BodyPieces => ({ html: [], text: [] });

function isBodyText(part: Part, position: Position, gathering: Gathering): boolean {
  if (part.contentType !== 'text/plain' && part.contentType !== 'text/html') return false;
  const { value } = part.disposition;
  // an unknown disposition counts as attachment (RFC 2183 section 2.8)
  if (!position.isBodyPlace || (value !== '' && value !== 'inline')) return false;
  const mayBeNamed = position.isAlternative || !gathering.hasBody;
  return mayBeNamed || givenName(part, new Set()) === '';
}

function textOf(part: Part, repairs: RepairNotes): string {
  const bytes = decodeBody(part.raw, part.encoding, repairs);
  const named = part.typeParameters.get('charset') ?? null;
  const charset = named ?? (part.contentType === 'text/html' ? charsetOfHtml(bytes) : null);
  return cleanText(decodeText(bytes, charset, repairs), repairs);
}

/** An attached message whose lines are base64 although RFC 2046 section 5.2.1 forbids it, is decoded. */
function attachedBytes(part: Part, repairs: RepairNotes): Buffer {
  if (part.encoding !== 'base64') return decodeBody(part.raw, part.encoding, repairs);
  // senders also name base64 and then attach the message as it is: its first line is a header field then
  const start = part.raw.toString('latin1', 0, 200).trimStart();
  return /^[!-9;-~]+:/.test(start) ? part.raw : decodeBody(part.raw, part.encoding, repairs);
}

function attachMessage(part: Part, place: number, depthLeft: number, gathering: Gathering): void {
  const raw = attachedBytes(part, gathering.repairs);
  if (depthLeft <= 0) {
    gathering.repairs.add('nestingLimited');
    attachBytes(part, raw, place, gathering);
    return;
  }
  const message = gathering.convertAttached(raw, depthLeft - 1);
  const name = messageNameOf(part, message.subject, place);
  const attachment: MessageAttachment = { kind: 'message', name, message, raw, sizeBytes: raw.length };
  gathering.attachments.push(attachment);
}

/** Mail that is not read further, as a file that a mail program opens. */
function attachBytes(part: Part, bytes: Buffer, place: number, gathering: Gathering): void {
  const given = givenName(part, gathering.repairs);
  const name = given === '' ? `part-${place}.eml` : given;
  const contentId = readContentId(firstValue(part, 'content-id'));
  gathering.attachments.push(fileOfBytes(bytes, { name, contentType: 'message/rfc822', contentId }));
}

function attachFile(part: Part, place: number, gathering: Gathering): void {
  const name = fileNameOf(part, place, gathering.repairs);
  gathering.attachments.push(fileOfPart(part, name, gathering.repairs));
}

function keepAsFiles(pieces: readonly TextPiece[], gathering: Gathering): void {
  for (const { part, place } of pieces) {
    gathering.repairs.add('partKeptAsFile');
    attachFile(part, place, gathering);
  }
}

function gatherLeaf(part: Part, position: Position, gathering: Gathering): BodyPieces {
  gathering.leaves += 1;
  const place = gathering.leaves;
  if (part.contentType === 'message/rfc822' || part.contentType === 'message/global') {
    attachMessage(part, place, position.depthLeft, gathering);
    return emptyPieces();
  }
  if (part.contentType.startsWith('multipart/')) {
    attachBytes(part, part.entity, place, gathering);
    return emptyPieces();
  }
  if (!isBodyText(part, position, gathering)) {
    attachFile(part, place, gathering);
    return emptyPieces();
  }
  const content = textOf(part, gathering.repairs);
  if (content.trim() !== '') gathering.hasBody = true;
  const piece: TextPiece = { content, part, place };
  return part.contentType === 'text/html' ? { html: [piece], text: [] } : { html: [], text: [piece] };
}

/** Index of the root of a multipart/related: its `start` parameter, else the first part (RFC 2387 section 3.2). */
function rootIndex(children: readonly Part[], start: string | undefined): number {
  const id = readContentId(start);
  const found =
    id === null ? -1 : children.findIndex((child) => readContentId(firstValue(child, 'content-id')) === id);
  return Math.max(found, 0);
}

function gatherSequence(
  part: Part,
  children: readonly Part[],
  position: Position,
  gathering: Gathering,
): BodyPieces {
  const body = emptyPieces();
  const isRelated = part.contentType === 'multipart/related';
  const root = isRelated ? rootIndex(children, part.typeParameters.get('start')) : 0;
  children.forEach((child, index) => {
    const hasRoot = body.html.length > 0 || body.text.length > 0;
    const isBodyPlace = position.isBodyPlace && (!isRelated || (index >= root && !hasRoot));
    const isAlternative = position.isAlternative && isRelated && index === root;
    const next = gather(child, { depthLeft: position.depthLeft - 1, isBodyPlace, isAlternative }, gathering);
    keepAsFiles(appendPieces(body, next), gathering);
  });
  return body;
}

function gather(part: Part, position: Position, gathering: Gathering): BodyPieces {
  if (part.children === null) return gatherLeaf(part, position, gathering);
  if (part.contentType !== 'multipart/alternative') {
    return gatherSequence(part, part.children, position, gathering);
  }
  const below: Position = { ...position, depthLeft: position.depthLeft - 1, isAlternative: true };
  const { chosen, left } = chooseAlternative(part.children.map((child) => gather(child, below, gathering)));
  keepAsFiles(left, gathering);
  return chosen;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // a lone "%" is a character of the identifier itself then
    return text;
  }
}

/** The Content-IDs that the HTML shows (RFC 2392: `cid:` and the identifier, percent-encoded). */
function shownIds(html: string): ReadonlySet<string> {
  const ids = new Set<string>();
  if (!/cid:/i.test(html)) return ids;
  for (const [, id = ''] of html.matchAll(/cid:([^"'\s<>)]{1,998})/gi)) {
    ids.add(id).add(decodePercent(id)).add(id.replaceAll('&amp;', '&'));
  }
  return ids;
}

function markInline(attachment: ConvertedAttachment, ids: ReadonlySet<string>): ConvertedAttachment {
  if (attachment.kind === 'message' || attachment.contentId === null) return attachment;
  const marked: FileAttachment = { ...attachment, isInline: ids.has(attachment.contentId) };
  return marked;
}

export type MessageContent = Pick<ConvertedMessage, 'body' | 'plainBody' | 'attachments'>;

/** Sorts the leaves of the tree into body and attachments; none is lost. */
export function contentOf(
  root: Part,
  depthLeft: number,
  repairs: RepairNotes,
  convertAttached: ConvertAttached,
): MessageContent {
  const gathering: Gathering = { repairs, convertAttached, attachments: [], leaves: 0, hasBody: false };
  const pieces = gather(root, { depthLeft, isBodyPlace: true, isAlternative: false }, gathering);
  const { body, plainBody } = bodyOf(pieces);
  const ids = body.contentType === 'html' ? shownIds(body.content) : new Set<string>();
  return { body, plainBody, attachments: gathering.attachments.map((entry) => markInline(entry, ids)) };
}
