import type { SourceFolder, SpecialUse } from './folder.js';

/** Microsoft's names of well-known folders that an IMAP source can have (New-MigrationBatch, ExcludeFolders). */
const wellKnown: Record<string, SpecialUse> = {
  inbox: 'inbox',
  sentitems: 'sent',
  drafts: 'drafts',
  deleteditems: 'trash',
  junkemail: 'junk',
  archive: 'archive',
};

/**
 * Whether a folder is to be migrated. Patterns are paths with slashes, in any letter case; `*` stands for any
 * characters within a segment. `Name` means the folder and all below it, `Name/*` only what is below it,
 * `#Inbox#` the well-known folder whatever its name is, `#Root#` and `#AllItems#` everything; `\#Notes\#` is a folder that is called #Notes#.
 * Without includes everything is included, and an exclude wins over an include.
 */
export function isFolderWanted(
  folder: SourceFolder,
  rules: { includeFolders: readonly string[]; excludeFolders: readonly string[] },
): boolean {
  const isAny = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => isMatch(pattern, folder));
  if (isAny(rules.excludeFolders)) return false;
  return rules.includeFolders.length === 0 || isAny(rules.includeFolders);
}

function isMatch(pattern: string, folder: SourceFolder): boolean {
  const segments = pattern.split('/').filter((segment) => segment !== '');
  const isBelowOnly = segments.at(-1) === '*' && segments.length > 1;
  const wanted = isBelowOnly ? segments.slice(0, -1) : segments;
  if (/^#(root|allitems)#$/i.test(wanted[0] ?? '')) {
    return wanted.length === 1 || isMatch(segments.slice(1).join('/'), folder);
  }
  if (wanted.length === 0 || folder.path.length < wanted.length + (isBelowOnly ? 1 : 0)) return false;
  return wanted.every((segment, index) => {
    const use = index === 0 ? wellKnownOf(segment) : null;
    if (use !== null) return isUse(use, folder);
    return expressionOf(segment).test(folder.path[index] ?? '');
  });
}

/** A well-known folder counts with what is below it only where its own name is the first segment. */
function isUse(use: SpecialUse | 'none', folder: SourceFolder): boolean {
  return folder.specialUse === use || (use === 'inbox' && folder.path[0]?.toUpperCase() === 'INBOX');
}

/** `none` for a well-known folder that holds no mail, such as #Calendar#; null for a plain name. */
function wellKnownOf(segment: string): SpecialUse | 'none' | null {
  const name = /^#(\w+)#$/.exec(segment)?.[1];
  return name === undefined ? null : (wellKnown[name.toLowerCase()] ?? 'none');
}

function expressionOf(segment: string): RegExp {
  const plain = segment.replaceAll('\\#', '#');
  const escaped = plain.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 'iu');
}
