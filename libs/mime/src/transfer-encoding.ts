import { decode as decodeQuotedPrintable } from 'libqp';
import { base64Body } from './base64-body.js';
import type { RepairNotes } from './converted-message.js';

export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable';

/** Content-Transfer-Encoding (RFC 2045 section 6.1); null for one that is not known. */
export function transferEncodingOf(raw: string | undefined): TransferEncoding | null {
  const name = (raw ?? '')
    .replace(/\([^()]{0,99}\)/g, '')
    .trim()
    .toLowerCase()
    .replace(/^["']|["';]$/g, '');
  switch (name) {
    case '':
    case '7bit':
    case '8bit':
    case '7-bit':
    case '8-bit':
    case 'binary':
    case 'none':
      return 'identity';
    case 'base64':
    case 'base-64':
      return 'base64';
    case 'quoted-printable':
    case 'quoted_printable':
    case 'quotedprintable':
      return 'quoted-printable';
    default:
      return null;
  }
}

/** The bytes of a body without its transfer encoding (RFC 2045 sections 6.7 and 6.8). */
export function decodeBody(raw: Buffer, encoding: TransferEncoding, repairs: RepairNotes): Buffer {
  switch (encoding) {
    case 'identity':
      return raw;
    case 'base64':
      return base64Body(raw, repairs).decoded();
    case 'quoted-printable':
      return decodeQuotedPrintable(raw);
  }
}
