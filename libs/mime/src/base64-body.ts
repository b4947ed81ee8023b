import type { RepairNotes } from './converted-message.js';

/** A base64 body that has been looked at but not kept decoded. */
export interface Base64Body {
  /** Of the decoded content. */
  sizeBytes: number;
  /** ASCII without line breaks, padded. */
  base64(): Buffer;
  decoded(): Buffer;
}

const lineFeed = 0x0a;
const equalsSign = 0x3d;

function isBlankByte(byte: number | undefined): boolean {
  return byte === lineFeed || byte === 0x0d || byte === 0x20 || byte === 0x09;
}

/**
 * Walks over the lines, without the blanks at their ends. Nearly all mail has lines of one length, so the end of
 * each line is first looked for where the first line had it, which spares the search.
 */
function visitLines(raw: Buffer, visit: (from: number, end: number) => void): void {
  const stride = raw.indexOf(lineFeed) + 1;
  for (let from = 0; from < raw.length;) {
    const guess = from + stride - 1;
    const found = raw[guess] === lineFeed ? guess : raw.indexOf(lineFeed, from);
    const next = found < 0 ? raw.length : found + 1;
    let end = next;
    while (end > from && isBlankByte(raw[end - 1])) end -= 1;
    visit(from, end);
    from = next;
  }
}

/** The lines one behind the other; without a copy where there is but one. */
function joinLines(raw: Buffer): Buffer {
  if (!raw.includes(lineFeed) && !isBlankByte(raw[raw.length - 1])) return raw;
  const joined = Buffer.allocUnsafe(raw.length);
  let length = 0;
  visitLines(raw, (from, end) => {
    length += raw.copy(joined, length, from, end);
  });
  return joined.subarray(0, length);
}

/** Padding characters at the end. */
function paddingOf(raw: Buffer): number {
  let last = raw.length - 1;
  while (last >= 0 && isBlankByte(raw[last])) last -= 1;
  if (raw[last] !== equalsSign) return 0;
  return raw[last - 1] === equalsSign ? 2 : 1;
}

/** A multiple of 4, and small enough that what is decoded of it is gone again before it is old. */
const decodedAtOnce = 64 * 1024;

/** What the runtime's decoder makes of the text, piece by piece, without keeping it. */
function countDecoded(joined: Buffer): number {
  const room = Buffer.allocUnsafe(Math.min(joined.length, decodedAtOnce));
  let count = 0;
  for (let at = 0; at < joined.length; at += decodedAtOnce) {
    count += room.write(joined.toString('latin1', at, at + decodedAtOnce), 'base64');
  }
  return count;
}

/**
 * Base64 that ends in the middle of the body and goes on behind the padding, as when two encoded files were joined:
 * every padded piece is decoded by itself, what no piece can be is passed over (RFC 2045 section 6.8). A body that is
 * wholly in the alphabet of RFC 4648 section 5 (base64url) is taken as such.
 */
function decodePieces(raw: Buffer): Buffer {
  const text = raw.toString('latin1');
  const isUrlAlphabet = /^[\w\s=-]*$/.test(text);
  const clean = text.replace(isUrlAlphabet ? /\s+/g : /[^A-Za-z0-9+/=]+/g, '');
  const pieces = clean.match(/[^=]+/g) ?? [];
  return Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
}

/**
 * Reads a base64 body (RFC 2045 section 6.8). Whether it is sound is found by the runtime's own decoder, which
 * passes over foreign characters: its result is then shorter than the length and padding promise (it does take the
 * two letters of base64url, so these are looked for). A sound body is handed on as it is, only without line breaks;
 * a broken one is decoded as far as it goes and encoded anew, which is noted as `base64Repaired`.
 */
export function base64Body(raw: Buffer, repairs: RepairNotes): Base64Body {
  const joined = joinLines(raw);
  const sizeBytes = countDecoded(joined);
  const isSound = joined.length % 4 === 0 && sizeBytes === (joined.length / 4) * 3 - paddingOf(joined);
  if (isSound && !joined.includes('-') && !joined.includes('_')) {
    return {
      sizeBytes,
      base64: () => joined,
      decoded: () => Buffer.from(joined.toString('latin1'), 'base64'),
    };
  }
  repairs.add('base64Repaired');
  const mended = decodePieces(raw);
  return {
    sizeBytes: mended.length,
    base64: () => Buffer.from(mended.toString('base64'), 'latin1'),
    decoded: () => mended,
  };
}
