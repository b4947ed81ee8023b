import type { SpecialUse } from '@sterna/domain';
import type { ListResponse } from 'imapflow';
import { settleSpecialUses } from './special-use.js';

/** A folder of the source as LIST and STATUS tell of it. */
export interface SourceFolderStatus {
  /** Decoded segments, the root of the mailbox taken away. */
  path: string[];
  /** The name to open it by. */
  rawName: string;
  delimiter: string | null;
  specialUse: SpecialUse | null;
  isSelectable: boolean;
  /** STATUS MESSAGES; null where the server did not say. */
  messages: number | null;
  uidNext: number | null;
  uidValidity: number | null;
  /** HIGHESTMODSEQ of RFC 7162; null where the server has no CONDSTORE. */
  highestModseq: string | null;
}

const notSelectable = new Set(['\\noselect', '\\nonexistent']);

/** Where the top of the mailbox is: folders are named from there, and the folder itself becomes INBOX of the target. */
export interface MailboxTop {
  /** The name of the folder, or the prefix of the account's own namespace; '' is the whole listing. */
  name: string;
  isFolder: boolean;
}

/**
 * Makes folders of a listing of what belongs to the mailbox. The prefix of a namespace is taken away, but for INBOX
 * itself: `INBOX.Projects` of Courier is a folder beside INBOX and not in it.
 */
export function foldersOf(listing: readonly ListResponse[], top: MailboxTop): SourceFolderStatus[] {
  const folders = distinctPaths(listing, top);
  const uses = settleSpecialUses(folders.map(({ entry, path }) => ({ path, attributes: entry.flags })));
  return folders.map(({ entry, path }, index) => ({
    path,
    rawName: entry.path === 'INBOX' ? entry.path : entry.pathAsListed,
    delimiter: entry.delimiter === '' ? null : entry.delimiter,
    specialUse: uses[index] ?? null,
    isSelectable: ![...entry.flags].some((flag) => notSelectable.has(flag.toLowerCase())),
    ...countsOf(entry.status),
  }));
}

/**
 * Each folder with a path of its own. `INBOX.INBOX` below a prefix, an INBOX below a UserRoot, or two names that decode
 * alike would have the path of another; the ledger would take their messages for one folder's.
 */
function distinctPaths(
  listing: readonly ListResponse[],
  top: MailboxTop,
): { entry: ListResponse; path: string[] }[] {
  const taken = new Set<string>();
  const pathOf = (entry: ListResponse): string[] => {
    const own = pathBelow(entry, top);
    const candidates = [own, segmentsOf(entry), [...own, entry.pathAsListed]];
    const path = candidates.find((one) => !taken.has(one.join('\0'))) ?? own;
    taken.add(path.join('\0'));
    return path;
  };
  const isTop = ({ path }: ListResponse): boolean => path === (top.isFolder ? top.name : 'INBOX');
  const first = listing.filter(isTop).map((entry) => [entry, pathOf(entry)] as const);
  const paths = new Map(first);
  return listing.map((entry) => ({ entry, path: paths.get(entry) ?? pathOf(entry) }));
}

/** What STATUS said; null for each that the server left out. */
export function countsOf(status: ListResponse['status']) {
  const { messages = null, uidNext = null, uidValidity, highestModseq } = status ?? {};
  return {
    messages,
    uidNext,
    uidValidity: uidValidity === undefined ? null : Number(uidValidity),
    highestModseq: highestModseq === undefined ? null : String(highestModseq),
  };
}

function pathBelow(entry: ListResponse, { name, isFolder }: MailboxTop): string[] {
  if (isFolder && entry.path === name) return ['INBOX'];
  const start = isFolder ? name.length + entry.delimiter.length : name.length;
  const isBelow = name !== '' && entry.path.startsWith(name) && entry.path.length > start;
  return segmentsOf({ path: isBelow ? entry.path.slice(start) : entry.path, delimiter: entry.delimiter });
}

/** The segments of a name; an empty delimiter (NIL of RFC 9051 section 6.3.9) means a flat name. */
export function segmentsOf(entry: Pick<ListResponse, 'path' | 'delimiter'>): string[] {
  const { path, delimiter } = entry;
  if (delimiter === '') return [path];
  // some servers begin every name of a namespace with the delimiter
  return (path.startsWith(delimiter) ? path.slice(delimiter.length) : path).split(delimiter);
}

/** The segments of a UserRoot, which Microsoft writes with slashes whatever the server's delimiter is. */
export function rootOf(userRoot: string): string[] {
  return userRoot.split('/').filter((segment) => segment !== '');
}
