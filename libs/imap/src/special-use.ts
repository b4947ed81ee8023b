import type { SpecialUse } from '@sterna/domain';
import { type NamedUse, namesByLanguage } from './special-use-names.js';

const byAttribute: Record<string, SpecialUse> = {
  '\\inbox': 'inbox',
  '\\sent': 'sent',
  '\\drafts': 'drafts',
  '\\trash': 'trash',
  '\\junk': 'junk',
  '\\archive': 'archive',
  '\\all': 'all',
  '\\flagged': 'flagged',
  '\\important': 'important',
  // of XLIST, Gmail's predecessor of RFC 6154
  '\\allmail': 'all',
  '\\spam': 'junk',
  '\\starred': 'flagged',
};

const namedUses: readonly NamedUse[] = ['sent', 'drafts', 'trash', 'junk', 'archive'];

const byName = new Map(
  Object.values(namesByLanguage).flatMap((names) =>
    namedUses.flatMap((use) => names[use].map((name) => [nameKeyOf(name), use] as const)),
  ),
);

/** Letter case, white space at the ends and how letters are composed do not matter; neither does the Turkish dot. */
function nameKeyOf(name: string): string {
  return name.normalize('NFC').trim().toLowerCase().replaceAll('i\u0307', 'i');
}

/** The use that the server states (RFC 6154 section 2). */
export function useByAttribute(attributes: Iterable<string>): SpecialUse | null {
  for (const attribute of attributes) {
    const use = byAttribute[attribute.toLowerCase()];
    if (use !== undefined) return use;
  }
  return null;
}

/** The use that a top-level name suggests, or one directly below INBOX, as Courier and old Cyrus have them. */
export function useByName(path: readonly string[]): SpecialUse | null {
  const isBelowInbox = path.length === 2 && path[0]?.toUpperCase() === 'INBOX';
  if (path.length === 1 && path[0]?.toUpperCase() === 'INBOX') return 'inbox';
  if (path.length !== 1 && !isBelowInbox) return null;
  return byName.get(nameKeyOf(path.at(-1) ?? '')) ?? null;
}

/** What a folder of the source is, before its use is settled. */
export interface FolderClaim {
  path: readonly string[];
  attributes: Iterable<string>;
}

/**
 * Gives each folder its special use: the server's attributes first; a name only where no folder has the
 * attribute, and only to the first folder of that name.
 */
export function settleSpecialUses(folders: readonly FolderClaim[]): (SpecialUse | null)[] {
  const stated = folders.map((folder) => useByAttribute(folder.attributes));
  const taken = new Set(stated.filter((use) => use !== null));
  return folders.map((folder, index) => {
    const use = stated[index] ?? null;
    if (use !== null) return use;
    const suggested = useByName(folder.path);
    if (suggested === null || taken.has(suggested)) return null;
    taken.add(suggested);
    return suggested;
  });
}
