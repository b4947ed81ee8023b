import { createHash } from 'node:crypto';

/**
 * Eight bytes that stay the same when a server gives a message a new UID: its size, internal date (whole
 * seconds) and Message-ID. Used only to recognise what was migrated before a UIDVALIDITY changed
 * (RFC 9051 section 2.3.1.1).
 */
export function fingerprintOf(message: {
  sizeBytes: number;
  internalDate: Date;
  messageId: string | null;
}): Buffer {
  const seconds = Math.floor(message.internalDate.getTime() / 1000);
  return createHash('sha256')
    .update(`${message.sizeBytes}\n${seconds}\n${message.messageId ?? ''}`)
    .digest()
    .subarray(0, 8);
}
