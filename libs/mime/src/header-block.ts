import { isAscii, isUtf8 } from 'node:buffer';
import { decodeHeaderBytes, decodeHeaderEscapes } from './charset.js';
import type { RepairNotes } from './converted-message.js';

/** One field as it stands in the source: unfolded, not decoded. */
export interface RawField {
  name: string;
  value: string;
}

export interface HeaderBlock {
  fields: RawField[];
  /** The block as text, without the blank line that ends it. */
  text: string;
  /** Offset of the first byte of the body. */
  bodyStart: number;
}

/** A field name is printable ASCII but the colon (RFC 5322 section 2.2); blanks before the colon are obsolete syntax. */
const fieldStart = /^([!-9;-~]+)[ \t]*:/;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

function isLineBreak(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

/** Offset just past a line break that begins at `at`, or `at` when there is none. */
function skipLineBreak(content: Buffer, at: number): number {
  if (content[at] === carriageReturn && content[at + 1] === lineFeed) return at + 2;
  return content[at] === lineFeed ? at + 1 : at;
}

/** Where the header block of the bytes from `start` ends and the body begins: at the first blank line. */
function findBlankLine(
  content: Buffer,
  start: number,
  end: number,
): { headerEnd: number; bodyStart: number } | null {
  const afterBlank = skipLineBreak(content, start);
  if (afterBlank > start) return { headerEnd: start, bodyStart: Math.min(afterBlank, end) };
  // both forms of line break may be mixed, so the nearest of the two wins; the second search ends at the first's find
  const region = content.subarray(start, end);
  const withReturn = region.indexOf('\n\r\n', 0, 'latin1');
  const near = withReturn < 0 ? region : region.subarray(0, withReturn + 1);
  const bare = near.indexOf('\n\n', 0, 'latin1');
  if (bare >= 0) return { headerEnd: start + bare + 1, bodyStart: start + bare + 2 };
  if (withReturn >= 0) return { headerEnd: start + withReturn + 1, bodyStart: start + withReturn + 3 };
  return null;
}

/** Fields and lines that are none; offsets count in bytes from the start of the block (the text is Latin-1). */
interface ReadLines {
  fields: RawField[];
  /** Offset of the first of the broken lines that no field follows, or -1. */
  brokenTail: number;
  hasBrokenLine: boolean;
}

function readLines(text: string): ReadLines {
  const fields: RawField[] = [];
  let brokenTail = -1;
  let hasBrokenLine = false;
  let current: { name: string; parts: string[] } | null = null;
  const close = () => {
    if (current !== null) fields.push({ name: current.name, value: current.parts.join(' ').trim() });
    current = null;
  };
  for (let at = 0; at < text.length;) {
    const found = text.indexOf('\n', at);
    const next = found < 0 ? text.length : found + 1;
    let lineEnd = found < 0 ? text.length : found;
    while (lineEnd > at && text.charCodeAt(lineEnd - 1) === carriageReturn) lineEnd -= 1;
    const line = text.slice(at, lineEnd);
    const first = line.charCodeAt(0);
    if ((first === 0x20 || first === 0x09) && current !== null) {
      current.parts.push(line.trim());
    } else {
      const match = fieldStart.exec(line);
      if (match === null) {
        hasBrokenLine = true;
        if (brokenTail < 0) brokenTail = at;
      } else {
        close();
        brokenTail = -1;
        current = { name: match[1] ?? '', parts: [line.slice(match[0].length).trim()] };
      }
    }
    at = next;
  }
  close();
  return { fields, brokenTail, hasBrokenLine };
}

/** Raw 8-bit text: as UTF-8 where the whole block is, else field by field (several hops may have written it). */
function decodeRaw(text: string, isWhole: boolean, fallback: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return isWhole ? bytes.toString('utf8') : decodeHeaderBytes(bytes, fallback);
}

/** The charset that the block itself names for its body: a good guess for raw bytes in its fields. */
function charsetNamed(fields: readonly RawField[]): string {
  const value =
    fields.find((field) => field.name.toLowerCase() === 'content-type')?.value.slice(0, 1000) ?? '';
  return /charset\s?=\s?"?([\w.:-]{2,40})/i.exec(value)?.[1] ?? '';
}

/**
 * Reads the header block of the entity in the bytes `start` to `end` (RFC 5322 section 2.2, RFC 6532). A block
 * without any field is no header: all is body then. Broken lines between fields are passed over, broken lines
 * after the last field begin the body. Linear in the length of the block.
 */
export function readHeaderBlock(
  content: Buffer,
  start: number,
  end: number,
  repairs: RepairNotes,
): HeaderBlock {
  const blank = findBlankLine(content, start, end) ?? { headerEnd: end, bodyStart: end };
  const bytes = content.subarray(start, blank.headerEnd);
  const latin = bytes.toString('latin1');
  const read = readLines(latin);
  let { bodyStart } = blank;
  let text = latin;
  if (read.brokenTail >= 0) {
    bodyStart = start + read.brokenTail;
    text = latin.slice(0, read.brokenTail);
    if (read.fields.length > 0) repairs.add('headerEndMissing');
  } else if (read.hasBrokenLine) {
    repairs.add('headerLineBroken');
  }
  if (isAscii(bytes)) {
    if (!text.includes('\u001b')) return { fields: read.fields, text, bodyStart };
    const fields = read.fields.map((field) => ({
      name: field.name,
      value: decodeHeaderEscapes(field.value),
    }));
    return { fields, text: decodeHeaderEscapes(text), bodyStart };
  }
  const isWhole = isUtf8(bytes);
  const fallback = isWhole ? '' : charsetNamed(read.fields);
  if (!isWhole) repairs.add('headerCharsetGuessed');
  const fields = read.fields.map((field) => ({
    name: field.name,
    value: decodeRaw(field.value, isWhole, fallback),
  }));
  return { fields, text: decodeRaw(text, isWhole, fallback), bodyStart };
}

/** Names that make a line the beginning of a message although something stands before it. */
const messageStart =
  /^(?:from|to|cc|subject|date|received|return-path|message-id|mime-version|content-[a-z-]+|delivered-to|reply-to|sender|x-[!-9;-~]+)[ \t]*:/i;

/** Passes over what mail stores put before a message: a byte order mark, blank lines, an mbox "From " line (RFC 4155). */
export function findMessageStart(content: Buffer, repairs: RepairNotes): number {
  let at = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf ? 3 : 0;
  let blanksEnd = at;
  while (isLineBreak(content[blanksEnd])) blanksEnd += 1;
  const firstLine = content.toString('latin1', blanksEnd, Math.min(blanksEnd + 200, content.length));
  if (/^>?From [^\n]/.test(firstLine)) {
    const lineEnd = content.indexOf(lineFeed, blanksEnd);
    at = lineEnd < 0 ? content.length : lineEnd + 1;
  } else if (blanksEnd > at && messageStart.test(firstLine)) {
    at = blanksEnd;
  }
  if (at > 0) repairs.add('leadingLinesRemoved');
  return at;
}
