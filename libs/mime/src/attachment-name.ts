import libmime from 'libmime';
import type { RepairNotes } from './converted-message.js';
import type { Part } from './part-tree.js';
import { cleanLine } from './text-cleaning.js';

/** What file systems and Exchange take. */
const longestName = 255;

/** libmime's table knows some types by rare endings only, or not at all. */
const usualEndings: ReadonlyMap<string, string> = new Map([
  ['text/plain', 'txt'],
  ['text/html', 'html'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['message/rfc822', 'eml'],
  ['message/global', 'eml'],
  ['message/partial', 'eml'],
  ['message/delivery-status', 'txt'],
  ['message/disposition-notification', 'txt'],
  ['text/rfc822-headers', 'txt'],
  ['application/pgp-encrypted', 'asc'],
  ['application/pgp-signature', 'asc'],
]);

function endingOf(contentType: string): string {
  return usualEndings.get(contentType) ?? libmime.detectExtension(contentType);
}

/** Cuts in front of the ending, so that the file still opens. */
function shorten(name: string): string {
  if (name.length <= longestName) return name;
  const dot = name.lastIndexOf('.');
  const ending = dot > 0 && name.length - dot <= 20 ? name.slice(dot) : '';
  return (name.slice(0, longestName - ending.length) + ending).toWellFormed();
}

/**
 * A name without a path: of "C:\docs\a.txt" and "/home/me/a.txt" the last step, any other separator becomes "_",
 * for "Invoice 1/2.pdf" is no path.
 */
export function cleanFileName(raw: string, repairs: RepairNotes): string {
  const line = cleanLine(raw, repairs);
  const isPath = /^(?:[a-z]:[\\/]|[\\/])/i.test(line);
  const plain = isPath ? line.slice(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1) : line;
  const name = shorten(plain.replace(/[\\/]/g, '_').trim());
  if (name !== raw.trim()) repairs.add('fileNameChanged');
  return name === '.' || name === '..' ? '' : name;
}

/** The name that a part gives itself (RFC 2183 section 2.3, else the older `name` of its Content-Type), or ''. */
export function givenName(part: Part, repairs: RepairNotes): string {
  const raw = part.disposition.parameters.get('filename') ?? part.typeParameters.get('name') ?? '';
  return raw === '' ? '' : cleanFileName(raw, repairs);
}

/** The name of a file: the given one, else "part-2.png" from its place among the leaves (from 1) and its type. */
export function fileNameOf(part: Part, place: number, repairs: RepairNotes): string {
  const given = givenName(part, repairs);
  if (given !== '') return given;
  if (part.contentType === 'application/ms-tnef') return 'winmail.dat';
  return `part-${place}.${endingOf(part.contentType)}`;
}

/** The name of an attached message: the given one, else its subject with ".eml". */
export function messageNameOf(part: Part, subject: string, place: number): string {
  const notes: RepairNotes = new Set();
  const given = givenName(part, notes);
  if (given !== '') return given;
  const fromSubject = cleanFileName(subject.slice(0, longestName - 4), notes).replace(/^\.+/, '');
  return fromSubject === '' ? `part-${place}.eml` : `${fromSubject}.eml`;
}
