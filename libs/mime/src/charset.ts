import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import libmime from 'libmime';
import { decode as decodeByCharset } from 'libmime/lib/charset';
import type { RepairNotes } from './converted-message.js';

/** Charsets that say nothing of bytes above 0x7f, though many messages that name them have such bytes. */
const asciiNames =
  /^(?:us-?ascii|ascii|ansi_x3\.4-1968|7bit|8bit|binary|utf-?8|unicode-1-1-utf-8|unknown(?:-8bit)?|x-unknown|default|none)?$/;
/** iconv-lite lacks these; libmime reads them by encoding-japanese. */
const japaneseNames = /^(?:jis|iso-?2022-?jp|euc-?jp|x-euc-jp)/;
const utf7Names = /^(?:utf-?7|unicode-1-1-utf-7|csunicode11utf7|x-unicode-2-0-utf-7)$/;

const byteOrderMark = '\ufeff';

function withoutMark(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

/** True when a charset of this name can be read. */
function isKnown(name: string): boolean {
  return (
    japaneseNames.test(name) || utf7Names.test(name) || iconv.encodingExists(libmime.normalizeCharset(name))
  );
}

/** Without a usable name: UTF-8 when the bytes are UTF-8, else windows-1252, which knows nearly every byte. */
function decodeByBytes(bytes: Buffer, fallback: string): string {
  if (isUtf8(bytes)) return withoutMark(bytes.toString('utf8'));
  if (japaneseEscapes.test(bytes.toString('latin1'))) return decodeByCharset(bytes, 'iso-2022-jp');
  return decodeByCharset(bytes, fallback);
}

/** RFC 1468: the escape sequences of ISO-2022-JP, which are 7-bit and so look like ASCII. */

const japaneseEscapes = /\u001b(?:\$[@B]|\([BJ])/;

/** Bytes named UTF-8 that are not: one wrong sequence among good ones is damage, nothing but wrong ones is Latin text. */
function decodeBrokenUtf8(bytes: Buffer, repairs: RepairNotes): string {
  const text = withoutMark(bytes.toString('utf8'));
  if (/[\u0080-\ufffc]/.test(text)) {
    repairs.add('charsetReplaced');
    return text;
  }
  repairs.add('charsetGuessed');
  return decodeByCharset(bytes, 'windows-1252');
}

/**
 * Text of a body part (RFC 2046 section 4.1.2). ISO-8859-1 is read as windows-1252, its superset in all mail that
 * is written (WHATWG Encoding, section 4.2). Notes `charsetGuessed` and `charsetReplaced`.
 */
export function decodeText(bytes: Buffer, charset: string | null, repairs: RepairNotes): string {
  const name = (charset ?? '').trim().toLowerCase();
  if (asciiNames.test(name)) {
    if (isAscii(bytes)) return decodeAscii(bytes);
    if (isUtf8(bytes)) return withoutMark(bytes.toString('utf8'));
    if (name.includes('utf')) return decodeBrokenUtf8(bytes, repairs);
    repairs.add('charsetGuessed');
    return decodeByCharset(bytes, 'windows-1252');
  }
  if (!isKnown(name)) {
    repairs.add('charsetGuessed');
    return decodeByBytes(bytes, 'windows-1252');
  }
  const text = utf7Names.test(name) ? iconv.decode(bytes, 'utf-7') : decodeByCharset(bytes, name);
  if (text.includes('\ufffd')) repairs.add('charsetReplaced');
  return withoutMark(text);
}

/** ASCII that may hide ISO-2022-JP behind escapes. */
function decodeAscii(bytes: Buffer): string {
  if (bytes.indexOf(0x1b) >= 0) return decodeByBytesOfEscapes(bytes);
  return bytes.toString('latin1');
}

function decodeByBytesOfEscapes(bytes: Buffer): string {
  const text = bytes.toString('latin1');
  return japaneseEscapes.test(text) ? decodeByCharset(bytes, 'iso-2022-jp') : text;
}

/**
 * The charset that an HTML document names for itself, for parts without a charset parameter: the first `charset=`
 * of a meta element in the first 1024 bytes (HTML Standard, section 4.2.5.4).
 */
export function charsetOfHtml(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, Math.min(bytes.length, 1024));
  return /<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?([\w.:-]{2,40})/i.exec(start)?.[1] ?? null;
}

/** Raw 8-bit text of one header field: UTF-8 (RFC 6532), else `fallback`. */
export function decodeHeaderBytes(bytes: Buffer, fallback: string): string {
  const name = fallback.toLowerCase();
  const isUsable = !asciiNames.test(name) && isKnown(name);
  return decodeByBytes(bytes, isUsable ? fallback : 'windows-1252');
}

/** ISO-2022-JP that stands in a header without the encoded words it needs. */
export function decodeHeaderEscapes(text: string): string {
  return japaneseEscapes.test(text) ? decodeByCharset(Buffer.from(text, 'latin1'), 'iso-2022-jp') : text;
}
