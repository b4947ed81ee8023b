import { type Argument, textOf } from './command-line.js';
import type { EmulatedMessage } from './mailbox.js';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The names of the items that a FETCH asks for, each as it stands on the wire. */
export function itemsOf(argument: Argument | undefined): string[] {
  return Buffer.isBuffer(argument) || argument === undefined ? [textOf(argument)] : argument.map(textOf);
}

/** One untagged FETCH response (RFC 9051 section 7.5.2). */
export function fetchResponse(sequence: number, message: EmulatedMessage, items: readonly string[]): Buffer {
  const pieces = items.flatMap((item, index) => [Buffer.from(index === 0 ? '' : ' '), itemOf(message, item)]);
  return Buffer.concat([Buffer.from(`* ${sequence} FETCH (`), ...pieces, Buffer.from(')\r\n')]);
}

function itemOf(message: EmulatedMessage, item: string): Buffer {
  const name = item.toUpperCase();
  const { gmail } = message;
  if (/^BODY(\.PEEK)?\[/.test(name)) return bodyOf(message.content, name);
  const value = {
    UID: String(message.uid),
    FLAGS: `(${(message.flags ?? []).join(' ')})`,
    INTERNALDATE: `"${dateOf(message.internalDate ?? new Date(Date.UTC(2015, 2, 12, 9)))}"`,
    'RFC822.SIZE': String(message.statedBytes ?? message.content.length),
    'X-GM-MSGID': gmail?.messageId ?? '0',
    'X-GM-THRID': gmail?.threadId ?? gmail?.messageId ?? '0',
    'X-GM-LABELS': `(${(gmail?.labels ?? []).join(' ')})`,
    EMAILID: `(${message.emailId ?? `M${message.uid}`})`,
    MODSEQ: '(1)',
  }[name];
  return Buffer.from(value === undefined ? `${name} NIL` : `${name} ${value}`);
}

function bodyOf(content: Buffer, item: string): Buffer {
  const match = /^BODY(?:\.PEEK)?\[(.*?)\](?:<(\d+)\.(\d+)>)?$/.exec(item);
  const section = match?.[1] ?? '';
  const all = section === '' ? content : Buffer.from(headerOf(content, section));
  if (match?.[2] === undefined) return literal(`BODY[${section}]`, all);
  const start = Number(match[2]);
  return literal(`BODY[${section}]<${start}>`, all.subarray(start, start + Number(match[3])));
}

function literal(name: string, octets: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${name} {${octets.length}}\r\n`), octets]);
}

function headerOf(content: Buffer, section: string): string {
  const end = content.indexOf('\r\n\r\n');
  const header = content.toString('latin1', 0, end === -1 ? content.length : end + 2);
  const wanted = /^HEADER\.FIELDS \((.*)\)$/.exec(section)?.[1]?.split(' ');
  if (wanted === undefined) return `${header}\r\n`;
  const fields = header.split(/\r\n(?![ \t])/).filter((field) => {
    const name = field.slice(0, field.indexOf(':')).toUpperCase();
    return wanted.includes(name);
  });
  return [...fields, '', ''].join('\r\n');
}

function dateOf(date: Date): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day}-${months[date.getUTCMonth()] ?? ''}-${date.getUTCFullYear()} ${time} +0000`;
}
