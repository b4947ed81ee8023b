import { randomBytes } from 'node:crypto';
import type { EmailAddress, MessageContent, StoredAttachment } from './message.js';
import type { Spool } from './spool.js';

/** A MIME entity as text with CRLF line ends; everything in it is ASCII. */
type Entity = string;

/** RFC 2047 section 2: an encoded word is at most 75 characters, so 45 bytes of UTF-8 each. */
function encodeWords(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 45) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map((each) => `=?utf-8?B?${Buffer.from(each).toString('base64')}?=`).join('\r\n ');
}

function address({ name, address: mail }: EmailAddress): string {
  const angle = `<${mail ?? ''}>`;
  if (name === null || name === '') return angle;
  return /^[\x20-\x7e]*$/.test(name)
    ? `"${name.replace(/["\\]/g, '\\$&')}" ${angle}`
    : `${encodeWords(name)} ${angle}`;
}

const base64Lines = (bytes: Buffer): string => bytes.toString('base64').replace(/.{76}/g, '$&\r\n');

/** RFC 2231 extended value where the name is not plain ASCII. */
const parameter = (name: string, value: string): string =>
  /^[\x20-\x7e]*$/.test(value)
    ? `${name}="${value.replace(/["\\]/g, '\\$&')}"`
    : `${name}*=utf-8''${encodeURIComponent(value).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;

function attachmentEntity(attachment: StoredAttachment, spool: Spool): Entity {
  const disposition = `Content-Disposition: ${attachment.isInline ? 'inline' : 'attachment'}; ${parameter('filename', attachment.name)}`;
  const contentId =
    attachment.contentId === null ? [] : [`Content-ID: <${attachment.contentId.replace(/^<|>$/g, '')}>`];
  if (attachment.item !== null) {
    const item = writeMime(attachment.item, spool).toString('latin1');
    return ['Content-Type: message/rfc822', disposition, '', item].join('\r\n');
  }
  return [
    `Content-Type: ${attachment.contentType ?? 'application/octet-stream'}; ${parameter('name', attachment.name)}`,
    'Content-Transfer-Encoding: base64',
    disposition,
    ...contentId,
    '',
    base64Lines(spool.read(attachment.content)),
  ].join('\r\n');
}

function multipart(subtype: string, parts: readonly Entity[]): Entity {
  const boundary = `_000_${randomBytes(16).toString('hex')}_`;
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('');
  return `Content-Type: multipart/${subtype}; boundary="${boundary}"\r\n\r\n${body}--${boundary}--\r\n`;
}

/** Rebuilds MIME from a message, as Exchange does: inline parts beside the body, the others after it. */
export function writeMime(message: MessageContent, spool: Spool): Buffer {
  const header = (name: string, values: readonly EmailAddress[]): string[] =>
    values.length === 0 ? [] : [`${name}: ${values.map(address).join(',\r\n\t')}`];
  const headers = [
    ...header('From', message.from === null ? [] : [message.from]),
    ...header('Sender', message.sender === null || message.sender === message.from ? [] : [message.sender]),
    ...header('To', message.toRecipients),
    ...header('CC', message.ccRecipients),
    ...header('BCC', message.bccRecipients),
    ...header('Reply-To', message.replyTo),
    `Subject: ${encodeWords(message.subject ?? '')}`,
    `Date: ${new Date(message.sentMs).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${message.internetMessageId}`,
    ...(message.importance === 'normal' ? [] : [`Importance: ${message.importance}`]),
    ...message.internetMessageHeaders.map(({ name, value }) => `${name}: ${encodeWords(value)}`),
    'MIME-Version: 1.0',
  ];
  const text: Entity = [
    `Content-Type: text/${message.bodyContentType === 'html' ? 'html' : 'plain'}; charset="utf-8"`,
    'Content-Transfer-Encoding: base64',
    '',
    base64Lines(spool.read(message.body)),
  ].join('\r\n');
  const inline = message.attachments.filter((attachment) => attachment.isInline);
  const attached = message.attachments.filter((attachment) => !attachment.isInline);
  const entities = (list: readonly StoredAttachment[]): Entity[] =>
    list.map((each) => attachmentEntity(each, spool));
  const body = inline.length === 0 ? text : multipart('related', [text, ...entities(inline)]);
  const whole = attached.length === 0 ? body : multipart('mixed', [body, ...entities(attached)]);
  return Buffer.from(`${headers.join('\r\n')}\r\n${whole}`, 'latin1');
}
