import { buildLargeMessage } from './large-message.js';
import { MaildirFolder, type MailFlag } from './maildir.js';
import { RealMail } from './real-mail.js';
import { seededRandom } from './seeded-random.js';

/** What a folder is to hold. */
export interface FolderSpec {
  /** Decoded segments, `['INBOX']` for the inbox. */
  path: readonly string[];
  /** How many real messages; 0 makes an empty folder. */
  messages: number;
  /** Which share of the messages has a flag, from 0 to 1. */
  flags?: Partial<Record<MailFlag, number>>;
  /** Which share of the messages has a keyword, from 0 to 1. */
  keywords?: Record<string, number>;
  /** A built message of about this size on the wire, in addition. */
  largeMessageBytes?: number;
}

/** What a mailbox is to hold: the same spec and seed give the same mail. */
export interface MailboxSpec {
  maildir: string;
  seed: number;
  folders: readonly FolderSpec[];
}

/** What is in a folder. */
export interface FolderInventory {
  path: readonly string[];
  messages: number;
  /** Sum of RFC822.SIZE. */
  bytes: number;
}

/** What was written into a mailbox. */
export interface MailboxInventory {
  folders: FolderInventory[];
  messages: number;
  bytes: number;
  /** How many real messages of the seed's order are used up: where `deliver` goes on. */
  nextPosition: number;
}

const largeMessageDate = new Date('2002-10-01T07:30:05Z');

/**
 * Fills a Maildir with real messages, each at most once in a mailbox.
 * @throws Error when more are wanted than there are (6,046)
 */
export async function fillMailbox(spec: MailboxSpec): Promise<MailboxInventory> {
  const mail = await RealMail.open(spec.seed);
  const random = seededRandom(spec.seed + 1);
  const folders: FolderInventory[] = [];
  let nextPosition = 0;
  for (const folder of spec.folders) {
    const maildir = await MaildirFolder.open(spec.maildir, folder.path);
    const chosen = <K extends string>(shares: [K, number][]): K[] =>
      shares.filter(([, share]) => random() < share).map(([name]) => name);
    let bytes = 0;
    for (let count = 0; count < folder.messages; count += 1) {
      const message = await mail.read(nextPosition);
      nextPosition += 1;
      const flags = chosen(flagShares(folder));
      bytes += await maildir.add({
        ...message,
        flags,
        keywords: chosen(Object.entries(folder.keywords ?? {})),
      });
    }
    if (folder.largeMessageBytes !== undefined) {
      const raw = buildLargeMessage(folder.largeMessageBytes, spec.seed);
      bytes += await maildir.add({ raw, receivedAt: largeMessageDate, flags: ['Seen'], keywords: [] });
    }
    const messages = folder.messages + (folder.largeMessageBytes === undefined ? 0 : 1);
    folders.push({ path: folder.path, messages, bytes });
  }
  return { ...totals(folders), folders, nextPosition };
}

/** Delivers real messages to a folder as new mail, received now, from a place of the seed's order on. */
export async function deliver(delivery: {
  maildir: string;
  path: readonly string[];
  seed: number;
  /** `nextPosition` of what was written before, so that no message comes twice. */
  position: number;
  messages: number;
}): Promise<FolderInventory & { nextPosition: number }> {
  const mail = await RealMail.open(delivery.seed);
  const folder = await MaildirFolder.open(delivery.maildir, delivery.path);
  const nextPosition = delivery.position + delivery.messages;
  let bytes = 0;
  for (let position = delivery.position; position < nextPosition; position += 1) {
    const { raw } = await mail.read(position);
    bytes += await folder.deliver({ raw, receivedAt: new Date() });
  }
  return { path: delivery.path, messages: delivery.messages, bytes, nextPosition };
}

const flagNames = ['Answered', 'Deleted', 'Draft', 'Flagged', 'Seen'] as const;

function flagShares(folder: FolderSpec): [MailFlag, number][] {
  return flagNames.map((flag) => [flag, folder.flags?.[flag] ?? 0]);
}

function totals(folders: readonly FolderInventory[]): { messages: number; bytes: number } {
  return {
    messages: folders.reduce((sum, folder) => sum + folder.messages, 0),
    bytes: folders.reduce((sum, folder) => sum + folder.bytes, 0),
  };
}
