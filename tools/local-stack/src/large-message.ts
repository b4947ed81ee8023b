import { createHash } from 'node:crypto';

/** Content of a base64 line of MIME (RFC 2045 section 6.8: at most 76 characters). */
const lineBytes = 57;

/**
 * A multipart message of about `sizeBytes` on the wire, nearly all of it one attachment in base64 whose content
 * the seed decides. Lines end with LF, as in a Maildir.
 */
export function buildLargeMessage(sizeBytes: number, seed: number): Buffer {
  const boundary = `=_large-${seed}`;
  const content = attachmentContent(Math.floor((sizeBytes / 78) * lineBytes), seed);
  const lines: string[] = [];
  for (let start = 0; start < content.length; start += lineBytes) {
    lines.push(content.toString('base64', start, start + lineBytes));
  }
  const head = [
    'From: Radio Tower <tower@example.org>',
    'To: Archive <archive@example.org>',
    'Subject: The recording of the whole day',
    'Date: Tue, 01 Oct 2002 09:30:00 +0200',
    `Message-ID: <large-${seed}-${sizeBytes}@example.org>`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/mixed; boundary="${boundary}"`,
  ];
  const text = ['Content-Type: text/plain; charset=utf-8', '', 'Attached is the recording of the whole day.'];
  const attachment = [
    'Content-Type: application/octet-stream; name="recording.bin"',
    'Content-Disposition: attachment; filename="recording.bin"',
    'Content-Transfer-Encoding: base64',
    '',
    ...lines,
  ];
  const all = [...head, '', `--${boundary}`, ...text, `--${boundary}`, ...attachment, `--${boundary}--`, ''];
  return Buffer.from(all.join('\n'), 'latin1');
}

function attachmentContent(size: number, seed: number): Buffer {
  return createHash('shake256', { outputLength: size }).update(`sterna ${seed}`).digest();
}
