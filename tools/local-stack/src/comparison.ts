import { createHash } from 'node:crypto';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { SourceMessage } from './source-mailbox.js';
import type { TargetMessage } from './target-mailbox.js';

/** What the comparison of one mailbox found; `differences` is empty when every message arrived as it was. */
export interface MailboxComparison {
  emailAddress: string;
  sourceMessages: number;
  targetMessages: number;
  folders: number;
  differences: string[];
}

const namesAtTarget: Record<string, string> = {
  inbox: 'Inbox',
  '\\Sent': 'Sent Items',
  '\\Drafts': 'Drafts',
  '\\Trash': 'Deleted Items',
  '\\Junk': 'Junk Email',
  '\\Archive': 'Archive',
};

/** Where a source folder is expected at the target, as one string. */
export function expectedFolder(path: readonly string[], specialUse: string | null): string {
  const [first = '', ...rest] = path;
  if (first.toUpperCase() === 'INBOX') return ['Inbox', ...rest].join('\u0000');
  const wellKnown = specialUse === null ? undefined : namesAtTarget[specialUse];
  return wellKnown ?? path.join('\u0000');
}

/**
 * Compares a source mailbox with its target message by message, knowing nothing of how Sterna reads or writes:
 * messages are paired by folder, received date and Message-ID, then subject, sender, recipients, flags,
 * attachments (by SHA-256) and the text of the body are held against what mailparser reads from the source.
 */
export async function compareMailbox(
  emailAddress: string,
  source: AsyncIterable<SourceMessage>,
  target: readonly TargetMessage[],
): Promise<MailboxComparison> {
  const waiting = new Map<string, TargetMessage[]>();
  for (const message of target) push(waiting, pairingKey(message), message);
  const differences: string[] = [];
  const folders = new Set<string>();
  let sourceMessages = 0;
  for await (const message of source) {
    sourceMessages += 1;
    const folder = expectedFolder(message.path, message.specialUse);
    folders.add(folder);
    const parsed = await simpleParser(message.raw, {
      skipTextToHtml: true,
      skipTextLinks: true,
      skipImageLinks: true,
    });
    const candidates = waiting.get(sourceKey(folder, message));
    const where = `${message.path.join('/')} UID ${message.uid}`;
    const found = takeBest(candidates, message, parsed);
    if (found === null) {
      differences.push(`${where}: not at the target`);
      continue;
    }
    differences.push(...found.differences.map((difference) => `${where}: ${difference}`));
  }
  for (const left of [...waiting.values()].flat()) {
    differences.push(`${left.folderPath.join('/')} ${left.id}: at the target, not at the source`);
  }
  return { emailAddress, sourceMessages, targetMessages: target.length, folders: folders.size, differences };
}

function push(map: Map<string, TargetMessage[]>, key: string, message: TargetMessage): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [message]);
  else list.push(message);
}

/** Whole seconds: INTERNALDATE has no finer grain (RFC 9051 section 2.3.3). */
const seconds = (date: Date | string): number => Math.floor(new Date(date).getTime() / 1000);

function pairingKey(message: TargetMessage): string {
  return `${message.folderPath.join('\u0000')}\n${seconds(message.receivedDateTime)}`;
}

function sourceKey(folder: string, message: SourceMessage): string {
  return `${folder}\n${seconds(message.internalDate)}`;
}

/** Takes the candidate with the fewest differences out of the list. */
function takeBest(
  candidates: TargetMessage[] | undefined,
  message: SourceMessage,
  parsed: ParsedMail,
): { differences: string[] } | null {
  if (candidates === undefined || candidates.length === 0) return null;
  const judged = candidates.map((candidate) => differencesOf(candidate, message, parsed));
  let best = 0;
  judged.forEach((differences, index) => {
    if (differences.length < (judged[best]?.length ?? Infinity)) best = index;
  });
  candidates.splice(best, 1);
  return { differences: judged[best] ?? [] };
}

const folded = (text: string | null | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim();

function differencesOf(target: TargetMessage, message: SourceMessage, parsed: ParsedMail): string[] {
  const differences: string[] = [];
  const check = (what: string, expected: unknown, found: unknown): void => {
    if (expected !== found)
      differences.push(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  };
  const messageId = messageIdOf(parsed);
  if (messageId !== null) check('Message-ID', messageId, folded(target.internetMessageId));
  if (!isSameText(parsed.subject, target.subject)) check('subject', parsed.subject, target.subject);
  check('read', message.flags.has('\\Seen'), target.isRead);
  check('flagged', message.flags.has('\\Flagged'), target.flag === 'flagged');
  check('draft', message.flags.has('\\Draft'), target.isDraft);
  const address = addressOf(parsed);
  const isReplaced = target.from === placeholder && !plainAddress.test(address);
  if (!isReplaced) check('from', address, (target.from ?? '').toLowerCase());
  const lostFiles = countLostFiles(target, parsed);
  if (lostFiles > 0)
    differences.push(`attachments: ${lostFiles} of ${parsed.attachments.length} did not arrive as they were`);
  const lostWords = countLostWords(target, parsed);
  if (lostWords > 0) differences.push(`body: ${lostWords} words did not arrive`);
  return differences;
}

/** What stands for an address that Exchange would refuse; the address itself is then in the name. */
const placeholder = 'unreadable@address.invalid';
const plainAddress = /^[\w.+-]+@[\w-]+(?:\.[\w-]+)*$/;

/** Without the comments that mail systems put behind it; null for none, and for `<>`. */
function messageIdOf(parsed: ParsedMail): string | null {
  const text = folded(parsed.messageId);
  const id = /<[^>]*>/.exec(text)?.[0] ?? text;
  return /[^<>\s]/.test(id) ? id : null;
}

/** mailparser has U+FFFD where raw bytes stand in a header: what they mean cannot be held against its answer. */
function isSameText(expected: string | undefined, found: string | null | undefined): boolean {
  if (expected?.includes('\ufffd') === true) return folded(found) !== '';
  return folded(expected).slice(0, 255) === folded(found);
}

/** Attached messages arrive as items, and text that mailparser takes for a file may have become the body. */
function countLostFiles(target: TargetMessage, parsed: ParsedMail): number {
  const found = new Set(target.attachments.map((attachment) => attachment.sha256));
  const body = folded(target.body);
  const lost = parsed.attachments.filter(
    ({ content }) => !found.has(sha256(content)) && !body.includes(folded(content.toString('latin1'))),
  );
  const items = target.attachments.filter((attachment) => attachment.kind === 'item').length;
  return Math.max(0, lost.length - items);
}

/** mailparser joins attached text to the body; such text arrives as a file, whose words are not looked at. */
function countLostWords(target: TargetMessage, parsed: ParsedMail): number {
  if (parsed.html !== false || target.attachments.length > parsed.attachments.length) return 0;
  const words = folded(parsed.text).match(/[A-Za-z]{5,}/g) ?? [];
  const arrived = folded(target.body);
  return words.filter((word) => !arrived.includes(word)).length;
}

function addressOf(parsed: ParsedMail): string {
  return (parsed.from?.value[0]?.address ?? '').toLowerCase();
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
