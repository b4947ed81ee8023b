import type { ImapFlow } from 'imapflow';

/** Printable ASCII but "&", or runs of modified base64 between "&" and "-" (RFC 3501 section 5.1.3). */
const modifiedUtf7 = /^(?:[ -%'-~]|&[A-Za-z0-9+,]*-)*$/;
const utf8 = 'UTF8=ACCEPT';

/**
 * A folder's name for people. Servers that do not keep to modified UTF-7 list names as they are, in UTF-8 or with an
 * "&" that begins nothing: these stay as they are, too.
 */
export function decodeName(client: Pick<ImapFlow, 'enabled'>, wireName: string): string {
  if (client.enabled.has(utf8) || !wireName.includes('&') || !modifiedUtf7.test(wireName)) return wireName;
  const decoded = wireName.replaceAll(/&([A-Za-z0-9+,]*)-/g, (_, encoded: string) =>
    encoded === '' ? '&' : fromBase64(encoded),
  );
  return decoded.isWellFormed() ? decoded : wireName;
}

function fromBase64(encoded: string): string {
  const octets = Buffer.from(encoded.replaceAll(',', '/'), 'base64');
  return octets
    .subarray(0, octets.length - (octets.length % 2))
    .swap16()
    .toString('utf16le');
}

/**
 * Runs a command that names folders exactly as the server listed them. imapflow would encode the name, which gives
 * another one where the server's own is no canonical modified UTF-7; it leaves names alone while UTF8=ACCEPT
 * (RFC 9755) is in force, so this is what it is told meanwhile. No other command may run at the same time.
 */
export async function withWireNames<T>(
  client: Pick<ImapFlow, 'enabled'>,
  command: () => Promise<T>,
): Promise<T> {
  if (client.enabled.has(utf8)) return command();
  client.enabled.add(utf8);
  try {
    return await command();
  } finally {
    client.enabled.delete(utf8);
  }
}
