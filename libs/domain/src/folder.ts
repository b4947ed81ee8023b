/** Special uses that a source folder can have (RFC 6154 section 2, plus INBOX of RFC 9051 section 5.1). */
export const specialUses = [
  'inbox',
  'sent',
  'drafts',
  'trash',
  'junk',
  'archive',
  'all',
  'flagged',
  'important',
] as const;
export type SpecialUse = (typeof specialUses)[number];

/** Names of well-known folders that -ExcludeFolders and -IncludeFolders take between two #. */
export const wellKnownFolderNames = [
  'Root',
  'Inbox',
  'SentItems',
  'Outbox',
  'DeletedItems',
  'Calendar',
  'Contacts',
  'Drafts',
  'Journal',
  'Tasks',
  'Notes',
  'AllItems',
  'JunkEmail',
  'Archive',
] as const;

/** The name between two # that is none of Microsoft's, or null when the pattern is in order. */
export function unknownWellKnownName(pattern: string): string | null {
  const name = /^#([^#/]*)#(?=\/|$)/.exec(pattern)?.[1];
  if (name === undefined) return null;
  return wellKnownFolderNames.some((known) => known.toLowerCase() === name.toLowerCase()) ? null : name;
}

/** Exchange's well-known folders that a mail folder of the source can go to. */
export const wellKnownFolders = [
  'inbox',
  'sentitems',
  'drafts',
  'deleteditems',
  'junkemail',
  'archive',
  'msgfolderroot',
] as const;
export type WellKnownFolder = (typeof wellKnownFolders)[number];

/** One folder of the source: its path as decoded segments, the root first. */
export interface SourceFolder {
  path: readonly string[];
  specialUse: SpecialUse | null;
}

/** Where a source folder's messages go: a well-known folder, then folders below it by name. */
export interface TargetFolder {
  wellKnown: WellKnownFolder;
  names: readonly string[];
}
