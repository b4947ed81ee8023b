import type { RepairNotes } from './converted-message.js';

/** A range of bytes of the message. */
export interface ByteRange {
  start: number;
  end: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const dash = 0x2d;
/** RFC 2046 section 5.1.1 allows 70 characters. */
const longestBoundary = 250;

interface BoundaryLine {
  start: number;
  /** First byte of the line after it. */
  next: number;
  isClosing: boolean;
}

/** Blanks may follow the boundary on its line (RFC 2046 section 5.1.1); with anything else it is another line. */
function boundaryLineAt(
  content: Buffer,
  start: number,
  afterDelimiter: number,
  end: number,
): BoundaryLine | null {
  let at = afterDelimiter;
  const isClosing = at + 1 < end && content[at] === dash && content[at + 1] === dash;
  if (isClosing) at += 2;
  // senders and gateways pad the line; 1000 bytes are more than a line may have (RFC 5322 section 2.1.1)
  const limit = Math.min(end, at + 1000);
  while (at < limit && (content[at] === 0x20 || content[at] === 0x09)) at += 1;
  if (content[at] === carriageReturn) at += 1;
  if (at >= end) return { start, next: end, isClosing };
  return content[at] === lineFeed ? { start, next: at + 1, isClosing } : null;
}

/** After a find that is no boundary line the search goes on at the next line, so that no byte is compared often. */
function findBoundaryLines(content: Buffer, region: ByteRange, boundary: Buffer): BoundaryLine[] {
  const lines: BoundaryLine[] = [];
  const bytes = content.subarray(0, region.end);
  for (let from = region.start; from < region.end;) {
    const at = bytes.indexOf(boundary, from);
    if (at < 0) break;
    const isLineStart = at === region.start || content[at - 1] === lineFeed;
    const line = isLineStart ? boundaryLineAt(content, at, at + boundary.length, region.end) : null;
    if (line !== null) lines.push(line);
    const nextLine = line === null ? bytes.indexOf(lineFeed, at) + 1 : line.next;
    if (nextLine === 0) break;
    from = nextLine;
  }
  return lines;
}

/** The line break before a boundary line belongs to the boundary (RFC 2046 section 5.1.1). */
function endBefore(content: Buffer, start: number, boundaryStart: number): number {
  let end = boundaryStart;
  if (end > start && content[end - 1] === lineFeed) end -= 1;
  if (end > start && content[end - 1] === carriageReturn) end -= 1;
  return end;
}

/** The first line of the body that looks like a boundary: two dashes and at least one more character, no blanks. */
function guessBoundary(content: Buffer, region: ByteRange): Buffer | null {
  const preamble = content.toString('latin1', region.start, Math.min(region.end, region.start + 4096));
  const line = /(?:^|\n)(--[^\s-][^\s]{0,200})[ \t]*\r?\n/.exec(preamble)?.[1];
  return line === undefined ? null : Buffer.from(line, 'latin1');
}

/**
 * Cuts a multipart body into its parts by native searches for the boundary; preamble and epilogue are left out
 * (RFC 2046 section 5.1.1). Null when no boundary line can be found. Linear in the length of the region.
 */
export function splitMultipart(
  content: Buffer,
  region: ByteRange,
  boundary: string | null,
  repairs: RepairNotes,
): ByteRange[] | null {
  const isUsable = boundary !== null && boundary !== '' && boundary.length <= longestBoundary;
  const named = isUsable ? Buffer.from(`--${boundary}`) : null;
  let lines = named === null ? [] : findBoundaryLines(content, region, named);
  if (lines.length === 0) {
    const guess = guessBoundary(content, region);
    if (guess === null) return null;
    lines = findBoundaryLines(content, region, guess);
    if (lines.length === 0 || lines[0]?.isClosing === true) return null;
    repairs.add('boundaryGuessed');
  }
  return partsBetween(content, region, lines, repairs);
}

function partsBetween(
  content: Buffer,
  region: ByteRange,
  lines: readonly BoundaryLine[],
  repairs: RepairNotes,
): ByteRange[] {
  const parts: ByteRange[] = [];
  lines.forEach((line, index) => {
    if (line.isClosing) {
      if (index < lines.length - 1) repairs.add('boundaryClosedEarly');
      return;
    }
    const following = lines[index + 1];
    if (following === undefined) repairs.add('boundaryUnclosed');
    const end = following === undefined ? region.end : endBefore(content, line.next, following.start);
    parts.push({ start: line.next, end: Math.max(line.next, end) });
  });
  return parts;
}
