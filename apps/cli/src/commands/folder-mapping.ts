import { readFile } from 'node:fs/promises';
import type { Parameter } from '../command-table.js';
import { UsageError } from '../usage-error.js';

export const folderMappingParameter: Parameter = {
  name: 'folderMapping',
  kind: 'file',
  help: 'JSON file with where folders go: {"Skickade brev": "SentItems", "Old/Archive": "Archive/Old"}',
};

/** Reads a file of source paths with their target paths. @throws UsageError when it is something else */
export async function readFolderMapping(file: string): Promise<Record<string, string>> {
  const content = await readFile(file, 'utf8');
  const mapping: Record<string, string> = {};
  for (const [source, target] of Object.entries(parse(content, file))) {
    if (typeof target !== 'string') throw new UsageError(`${file}: "${source}" has no path as its target.`);
    mapping[source] = target;
  }
  return mapping;
}

function parse(content: string, file: string): object {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new UsageError(`${file} is not JSON.`);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw new UsageError(`${file} has no JSON object of source paths with their target paths.`);
}
