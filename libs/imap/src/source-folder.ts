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

/**
 * Makes folders of a listing. With a `root` (UserRoot of the CSV) only what is at or below it counts, and the
 * root itself becomes INBOX of the target.
 */
export function foldersOf(listing: readonly ListResponse[], root: readonly string[]): SourceFolderStatus[] {
  const folders = listing
    .map((entry) => ({ entry, path: segmentsOf(entry) }))
    .filter(({ path }) => isBelow(path, root))
    .map(({ entry, path }) => ({
      entry,
      path: path.length === root.length && root.length > 0 ? ['INBOX'] : path.slice(root.length),
    }));
  const uses = settleSpecialUses(folders.map(({ entry, path }) => ({ path, attributes: entry.flags })));
  return folders.map(({ entry, path }, index) => ({
    path,
    rawName: entry.path,
    delimiter: entry.delimiter === '' ? null : entry.delimiter,
    specialUse: uses[index] ?? null,
    isSelectable: ![...entry.flags].some((flag) => notSelectable.has(flag.toLowerCase())),
    messages: entry.status?.messages ?? null,
    uidNext: entry.status?.uidNext ?? null,
    uidValidity: entry.status?.uidValidity === undefined ? null : Number(entry.status.uidValidity),
    highestModseq: entry.status?.highestModseq === undefined ? null : String(entry.status.highestModseq),
  }));
}

/** The segments of a name; an empty delimiter (NIL of RFC 9051 section 6.3.9) means a flat name. */
export function segmentsOf(entry: Pick<ListResponse, 'path' | 'delimiter'>): string[] {
  return entry.delimiter === '' ? [entry.path] : entry.path.split(entry.delimiter);
}

/** The segments of a UserRoot, which Microsoft writes with slashes whatever the server's delimiter is. */
export function rootOf(userRoot: string): string[] {
  return userRoot.split('/').filter((segment) => segment !== '');
}

function isBelow(path: readonly string[], root: readonly string[]): boolean {
  return root.every((segment, index) => path[index] === segment);
}
