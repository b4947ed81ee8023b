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
  if (parsed.messageId !== undefined)
    check('Message-ID', folded(parsed.messageId), folded(target.internetMessageId));
  check('subject', folded(parsed.subject).slice(0, 255), folded(target.subject));
  check('read', message.flags.has('\\Seen'), target.isRead);
  check('flagged', message.flags.has('\\Flagged'), target.flag === 'flagged');
  check('draft', message.flags.has('\\Draft'), target.isDraft);
  check('from', addressOf(parsed), (target.from ?? '').toLowerCase());
  const expectedFiles = parsed.attachments.map((attachment) => sha256(attachment.content)).sort();
  const found = new Set(target.attachments.map((attachment) => attachment.sha256));
  const lost = expectedFiles.filter((digest) => !found.has(digest));
  if (lost.length > target.attachments.filter((attachment) => attachment.kind === 'item').length) {
    differences.push(`attachments: ${lost.length} of ${expectedFiles.length} did not arrive as they were`);
  }
  const words = folded(parsed.text).match(/[A-Za-z]{5,}/g) ?? [];
  const arrived = folded(target.body);
  const lostWords = parsed.html === false ? words.filter((word) => !arrived.includes(word)) : [];
  if (lostWords.length > 0)
    differences.push(`body: ${lostWords.length} of ${words.length} words did not arrive`);
  return differences;
}

function addressOf(parsed: ParsedMail): string {
  return (parsed.from?.value[0]?.address ?? '').toLowerCase();
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
