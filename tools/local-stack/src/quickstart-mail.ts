import { deliver, fillMailbox, type FolderSpec, type MailboxInventory } from './mail-corpus.js';

/** One mailbox of the quickstart, and what it is there to show. */
export interface QuickstartMailbox {
  name: string;
  shows: string;
  seed: number;
  folders: readonly FolderSpec[];
}

/** Three mailboxes of real mail: 6,046 public messages in all their brokenness, and one that is large. */
export const quickstartMailboxes: readonly QuickstartMailbox[] = [
  {
    name: 'ada',
    shows: 'flags and keywords',
    seed: 11,
    folders: [
      {
        path: ['INBOX'],
        messages: 900,
        flags: { Seen: 0.7, Flagged: 0.05, Answered: 0.1 },
        keywords: { $Forwarded: 0.05, Invoice: 0.1 },
      },
      { path: ['Sent'], messages: 150, flags: { Seen: 1 } },
      { path: ['Drafts'], messages: 5, flags: { Draft: 1 } },
      { path: ['Trash'], messages: 40, flags: { Seen: 1 } },
    ],
  },
  {
    name: 'benoit',
    shows: 'nested folders, names in other scripts, an empty folder',
    seed: 12,
    folders: [
      { path: ['INBOX'], messages: 400, flags: { Seen: 0.5 } },
      { path: ['Arbeit'], messages: 40 },
      { path: ['Arbeit', 'Größe & Maß'], messages: 60 },
      { path: ['Arbeit', 'Größe & Maß', '2002'], messages: 60, flags: { Seen: 1 } },
      { path: ['日本語'], messages: 40 },
      { path: ['Архив', 'Почта'], messages: 40 },
      { path: ['Empty'], messages: 0 },
    ],
  },
  {
    name: 'chloe',
    shows: 'one message near 30 MB',
    seed: 13,
    folders: [
      { path: ['INBOX'], messages: 200, flags: { Seen: 0.9 } },
      { path: ['Recordings'], messages: 3, largeMessageBytes: 30_000_000 },
    ],
  },
];

/** Fills the mailboxes; gives the inventory of each by its name. */
export async function fillQuickstart(
  maildirOf: (name: string) => string,
): Promise<Map<string, MailboxInventory>> {
  const inventories = new Map<string, MailboxInventory>();
  for (const { name, seed, folders } of quickstartMailboxes) {
    inventories.set(name, await fillMailbox({ maildir: maildirOf(name), seed, folders }));
  }
  return inventories;
}

/** New mail for the first two mailboxes; gives how many messages came. */
export async function deliverNewMail(
  maildirOf: (name: string) => string,
  inventories: ReadonlyMap<string, MailboxInventory>,
): Promise<number> {
  const wanted = [
    { name: 'ada', path: ['INBOX'], messages: 7 },
    { name: 'benoit', path: ['Arbeit'], messages: 5 },
  ];
  let delivered = 0;
  for (const { name, path, messages } of wanted) {
    const seed = quickstartMailboxes.find((mailbox) => mailbox.name === name)?.seed ?? 0;
    const position = inventories.get(name)?.nextPosition ?? 0;
    await deliver({ maildir: maildirOf(name), path, seed, position, messages });
    delivered += messages;
  }
  return delivered;
}
