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

/** Exchange's well-known folders that a mail folder of the source can go to. */
export type WellKnownFolder =
  'inbox' | 'sentitems' | 'drafts' | 'deleteditems' | 'junkemail' | 'archive' | 'msgfolderroot';

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
