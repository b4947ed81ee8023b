/** What was done to make a folder of the source fit into Exchange, as stable codes. */
export const folderRepairs = [
  'folderNameCaseMerged',
  'folderNameCharactersReplaced',
  'folderNameTrimmed',
  'folderNameEmpty',
  'folderNameShortened',
  'folderNameNumbered',
] as const;
export type FolderRepair = (typeof folderRepairs)[number];

export interface RepairedName {
  name: string;
  repairs: FolderRepair[];
}

/** Exchange keeps at most 255 characters of a display name (PidTagDisplayName). */
const maxNameLength = 255;
const emptyName = 'Unnamed';

const impossible = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufffe\uffff]|\p{Cs}/gu;
const doubtful = /[^\p{L}\p{M}\p{N}\p{Zs}()&+,.;@_-]/gu;

/** The name under which a source folder is made: always the same for the same name. */
export function repairName(sourceName: string): RepairedName {
  const repairs: FolderRepair[] = [];
  let name = sourceName.normalize('NFC').replaceAll(impossible, '_');
  if (name !== sourceName.normalize('NFC')) repairs.push('folderNameCharactersReplaced');
  if (name.trim() !== name) {
    name = name.trim();
    repairs.push('folderNameTrimmed');
  }
  if (name === '') {
    name = emptyName;
    repairs.push('folderNameEmpty');
  }
  if (name.length > maxNameLength) {
    name = cut(name, maxNameLength);
    repairs.push('folderNameShortened');
  }
  return { name, repairs };
}

/** A name that no server refuses, for one that Exchange refused: letters, digits and plain signs only. */
export function plainName(name: string): string {
  return name.replaceAll(doubtful, '_');
}

/** `name` for 1, then "name (2)", "name (3)", within the length that Exchange keeps. */
export function numberedName(name: string, number: number): string {
  if (number === 1) return name;
  const suffix = ` (${number})`;
  return `${cut(name, maxNameLength - suffix.length)}${suffix}`;
}

/** Equal for names that Exchange takes for the same: it compares without regard to letter case. */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

function cut(name: string, length: number): string {
  if (name.length <= length) return name;
  return name
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();
}
