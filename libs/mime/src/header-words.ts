import libmime from 'libmime';
import type { RepairNotes } from './converted-message.js';
import { cleanLine } from './text-cleaning.js';

/** Encoded words decoded (RFC 2047), neighbours joined before, so that a character may lie in two of them. */
export function decodeWords(text: string, repairs: RepairNotes): string {
  if (!text.includes('=?')) return text;
  const decoded = libmime.decodeWords(text);
  if (decoded.includes('\ufffd')) repairs.add('charsetReplaced');
  return decoded;
}

/** The value of an unstructured field (RFC 5322 section 2.2.1) as one clean line. */
export function decodeLine(text: string, repairs: RepairNotes): string {
  return cleanLine(decodeWords(text, repairs), repairs);
}
