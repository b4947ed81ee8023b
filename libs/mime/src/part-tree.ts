import type { RepairNotes } from './converted-message.js';
import { readHeaderBlock, type HeaderBlock } from './header-block.js';
import { readParameters, type ParameterField } from './header-parameters.js';
import { splitMultipart } from './multipart-split.js';
import { decodeBody, transferEncodingOf, type TransferEncoding } from './transfer-encoding.js';

/** An entity of RFC 2045 section 2.4: the message itself, or a part of a multipart. */
export interface Part {
  header: HeaderBlock;
  /** Media type in lower case; what the context says where the field is missing or no media type. */
  contentType: string;
  typeParameters: ReadonlyMap<string, string>;
  disposition: ParameterField;
  encoding: TransferEncoding;
  /** The body as it stands in the source. */
  raw: Buffer;
  /** The whole entity with its header, as it stands in the source. */
  entity: Buffer;
  /** Null for leaves. */
  children: Part[] | null;
}

/** Value of the first field of this name (letter case counts for nothing). */
export function firstValue(part: { header: HeaderBlock }, name: string): string | undefined {
  for (const field of part.header.fields) {
    if (field.name.length === name.length && field.name.toLowerCase() === name) return field.value;
  }
  return undefined;
}

const mediaType = /^[!#$%&'*+.^_`|~\w-]+\/[!#$%&'*+.^_`|~\w-]+$/;

export interface PartContext {
  repairs: RepairNotes;
  /** How many levels of parts may lie below. */
  depthLeft: number;
  /** RFC 2046 sections 5.1 and 5.1.5: text/plain, in a digest message/rfc822. */
  defaultType: string;
}

/** Reads the entity that fills the bytes, its parts included, down to `depthLeft` levels. */
export function readPart(content: Buffer, start: number, end: number, context: PartContext): Part {
  const header = readHeaderBlock(content, start, end, context.repairs);
  const type = readParameters(firstValue({ header }, 'content-type'), context.repairs);
  const namedEncoding = transferEncodingOf(firstValue({ header }, 'content-transfer-encoding'));
  const part: Part = {
    header,
    contentType: mediaType.test(type.value) ? type.value : context.defaultType,
    typeParameters: type.parameters,
    disposition: readParameters(firstValue({ header }, 'content-disposition'), context.repairs),
    encoding: namedEncoding ?? 'identity',
    raw: content.subarray(header.bodyStart, end),
    entity: content.subarray(start, end),
    children: null,
  };
  if (namedEncoding === null) context.repairs.add('encodingUnknown');
  if (!part.contentType.startsWith('multipart/')) return part;
  if (context.depthLeft <= 0) {
    context.repairs.add('nestingLimited');
    return part;
  }
  return { ...part, ...childrenOf(part, context) };
}

/**
 * The parts of a multipart. A multipart that is itself encoded breaks RFC 2045 section 6.4, but exists: it is decoded
 * when its boundary cannot be found otherwise. Without any boundary the content is one part of text.
 */
function childrenOf(part: Part, context: PartContext): Pick<Part, 'children'> & Partial<Part> {
  const boundary = part.typeParameters.get('boundary') ?? null;
  const below: PartContext = {
    repairs: context.repairs,
    depthLeft: context.depthLeft - 1,
    defaultType: part.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain',
  };
  const isEncoded = part.encoding !== 'identity';
  const bodies = isEncoded ? [part.raw, decodeBody(part.raw, part.encoding, new Set())] : [part.raw];
  for (const body of bodies) {
    const ranges = splitMultipart(body, { start: 0, end: body.length }, boundary, context.repairs);
    if (ranges !== null)
      return { children: ranges.map((range) => readPart(body, range.start, range.end, below)) };
  }
  if (isBlank(part.raw)) return { children: [] };
  context.repairs.add('boundaryMissing');
  return { children: null, contentType: 'text/plain', typeParameters: new Map() };
}

function isBlank(raw: Buffer): boolean {
  return raw.length < 200 && raw.toString('latin1').trim() === '';
}
