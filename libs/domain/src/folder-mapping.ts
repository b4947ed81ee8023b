import type { SpecialUse, TargetFolder, WellKnownFolder } from './folder.js';

/** Where folders of one path go, as an administrator says it for an endpoint. */
export interface FolderRule {
  /** Path at the source with slashes, whatever the server's delimiter is. */
  source: string;
  /** Path at the target with slashes; it may begin with one of Microsoft's names of well-known folders. */
  target: string;
}

const wellKnown: Record<string, WellKnownFolder> = {
  inbox: 'inbox',
  sentitems: 'sentitems',
  drafts: 'drafts',
  deleteditems: 'deleteditems',
  junkemail: 'junkemail',
  archive: 'archive',
  msgfolderroot: 'msgfolderroot',
};

/** A target path as it was written; null where it names no folder. */
export function targetFolderOf(target: string): TargetFolder | null {
  const [first = '', ...rest] = target.split('/').filter((name) => name.trim() !== '');
  if (first === '') return null;
  const known = wellKnown[first.toLowerCase()];
  if (known === undefined) return { wellKnown: 'msgfolderroot', names: [first, ...rest] };
  return known === 'msgfolderroot' && rest.length === 0 ? null : { wellKnown: known, names: rest };
}

/**
 * Where the rules send a folder, or null where they say nothing of it. A rule counts for the folder and all below it;
 * the longest wins, and a special use of the folder itself wins over a rule for a folder above it.
 */
export function mappedFolder(
  folder: { path: readonly string[]; specialUse: SpecialUse | null },
  rules: readonly FolderRule[],
): TargetFolder | null {
  const { path, specialUse } = folder;
  const shortest = specialUse === null ? 1 : path.length;
  for (let length = path.length; length >= shortest; length -= 1) {
    const name = path.slice(0, length).join('/');
    const rule = rules.find(({ source }) => trimmed(source) === name);
    const found = rule === undefined ? null : targetFolderOf(rule.target);
    if (found !== null) return { ...found, names: [...found.names, ...path.slice(length)] };
  }
  return null;
}

/** Slashes at the ends say nothing; spaces may be part of a name. */
const trimmed = (path: string): string => path.replace(/^\/+|\/+$/g, '');
