import { readAddresses } from './address-list.js';
import type { ConvertedMessage, HeaderField, RepairNotes } from './converted-message.js';
import { fileOfBytes } from './file-attachment.js';
import { findMessageStart } from './header-block.js';
import { decodeLine } from './header-words.js';
import { contentOf } from './message-content.js';
import { readImportance, readMessageId } from './message-fields.js';
import { readPart, type Part } from './part-tree.js';
import { readSentDate } from './sent-date.js';
import { cleanText } from './text-cleaning.js';

export interface ConvertOptions {
  /** Levels of multiparts and attached messages that are read (default 32); what lies deeper is kept as a file. */
  maxDepth?: number;
}

const defaultDepth = 32;

type MessageFields = Omit<ConvertedMessage, 'body' | 'plainBody' | 'attachments' | 'repairs'>;

/** Values of the header block by name in lower case, in their order. */
function valuesByName(root: Part): (name: string) => readonly string[] {
  const byName = new Map<string, string[]>();
  for (const { name, value } of root.header.fields) {
    const key = name.toLowerCase();
    const values = byName.get(key);
    if (values === undefined) byName.set(key, [value]);
    else values.push(value);
  }
  return (name) => byName.get(name) ?? [];
}

function headerFields(root: Part, repairs: RepairNotes): HeaderField[] {
  return root.header.fields.map(({ name, value }) => ({ name, value: decodeLine(value, repairs) }));
}

/**
 * The fields of RFC 5322 section 3.6. Of a field that may stand once the first counts, as mail programs show it;
 * addresses of repeated fields are all kept.
 */
function fieldsOf(root: Part, repairs: RepairNotes): MessageFields {
  const values = valuesByName(root);
  const first = (name: string): string | undefined => values(name)[0];
  const addresses = (name: string) => readAddresses(values(name), repairs);
  return {
    subject: decodeLine(first('subject') ?? '', repairs),
    internetMessageId: readMessageId(first('message-id')),
    from: addresses('from')[0] ?? null,
    sender: addresses('sender')[0] ?? null,
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    replyTo: addresses('reply-to'),
    sentDate: readSentDate(first('date'), repairs),
    importance: readImportance(first),
    headers: headerFields(root, repairs),
    headerText: cleanText(root.header.text, repairs),
  };
}

function convertEntity(content: Buffer, depthLeft: number): ConvertedMessage {
  const repairs: RepairNotes = new Set();
  const start = findMessageStart(content, repairs);
  const root = readPart(content, start, content.length, { repairs, depthLeft, defaultType: 'text/plain' });
  const fields = fieldsOf(root, repairs);
  const parts = contentOf(root, depthLeft, repairs, convertEntity);
  const all = new Set<string>(repairs);
  for (const attachment of parts.attachments) {
    if (attachment.kind === 'message') attachment.message.repairs.forEach((code) => all.add(code));
  }
  return { ...fields, ...parts, repairs: [...all] };
}

/** A message that could not be read at all: empty but for one file that holds its bytes. */
function keptWhole(content: Buffer): ConvertedMessage {
  const names = { name: 'message.eml', contentType: 'message/rfc822', contentId: null };
  return {
    subject: '',
    internetMessageId: null,
    from: null,
    sender: null,
    to: [],
    cc: [],
    bcc: [],
    replyTo: [],
    sentDate: null,
    importance: 'normal',
    headers: [],
    headerText: '',
    body: { contentType: 'text', content: '' },
    plainBody: null,
    attachments: [fileOfBytes(content, names)],
    repairs: ['messageKeptAsFile'],
  };
}

/**
 * Reads MIME as it is, broken mail included (RFC 5322, RFC 2045 to 2049, RFC 2231, RFC 6532). It never throws and
 * takes time linear in the size of the message: what it cannot read it keeps as a file, and says so in `repairs`.
 * Every leaf of the message is in the body, in `plainBody` or among the attachments. Attachments refer to the bytes
 * of `content`, which must not be changed afterwards.
 */
export function convertMessage(content: Buffer, options: ConvertOptions = {}): ConvertedMessage {
  try {
    return convertEntity(content, options.maxDepth ?? defaultDepth);
  } catch {
    // the libraries for words, addresses and charsets promise nothing of what they do with any bytes at all
    return keptWhole(content);
  }
}
