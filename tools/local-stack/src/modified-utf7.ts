/** Encodes a folder name as IMAP4rev1 and Maildir have it on the wire and on disk (RFC 3501 section 5.1.3). */
export function encodeModifiedUtf7(name: string): string {
  return name.replaceAll(/&|[^ -~]+/g, (run) => (run === '&' ? '&-' : `&${base64OfUtf16(run)}-`));
}

function base64OfUtf16(text: string): string {
  return Buffer.from(text, 'utf16le').swap16().toString('base64').replaceAll('=', '').replaceAll('/', ',');
}
