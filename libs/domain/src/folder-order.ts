import type { SpecialUse } from './folder.js';

/**
 * The inbox first; what people miss least last. Of a message that several folders show, the first of them brings it
 * over: the inbox, what was sent, the drafts, then folders that people made, and views only what nothing else has.
 */
const ranks: Partial<Record<SpecialUse, number>> = {
  inbox: 0,
  sent: 1,
  drafts: 1,
  trash: 3,
  junk: 3,
  all: 4,
  flagged: 5,
  important: 5,
};

/**
 * Where a folder stands in the order in which a mailbox is read; folders of one rank keep the order of the server. The
 * limit of items takes the newest messages of the first folders.
 */
export function readingRank(specialUse: SpecialUse | null): number {
  return (specialUse === null ? undefined : ranks[specialUse]) ?? 2;
}

/** Folders that show messages of other folders (RFC 6154 section 2: "almost certain to represent a virtual mailbox"). */
const views: ReadonlySet<SpecialUse> = new Set(['all', 'flagged', 'important']);

export const isView = (use: SpecialUse | null): boolean => use !== null && views.has(use);
