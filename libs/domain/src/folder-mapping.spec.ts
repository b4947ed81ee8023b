import { describe, expect, it } from 'vitest';
import { mappedFolder, targetFolderOf } from './folder-mapping.js';

const rules = [
  { source: 'Skickade brev', target: 'SentItems' },
  { source: '/Old/Archive/', target: 'Archive/Old' },
  { source: 'Old', target: 'Before 2020' },
  { source: 'a/b', target: 'MsgFolderRoot/Archive' },
];
const mapped = (path: string[], specialUse: 'trash' | null = null): string | null => {
  const found = mappedFolder({ path, specialUse }, rules);
  return found === null ? null : [found.wellKnown, ...found.names].join('/');
};

describe('the mapping of an endpoint', () => {
  it.each([
    [['Skickade brev'], 'sentitems'],
    [['Skickade brev', '2019'], 'sentitems/2019'],
    [['Old'], 'msgfolderroot/Before 2020'],
    [['Old', 'x'], 'msgfolderroot/Before 2020/x'],
    [['Old', 'Archive', 'x'], 'archive/Old/x'],
    [['a/b'], 'msgfolderroot/Archive'],
    [['a', 'b'], 'msgfolderroot/Archive'],
    [['old'], null],
    [['Older'], null],
  ])('sends %j to %s', (path, expected) => {
    expect(mapped(path)).toBe(expected);
  });

  it('leaves a special folder below a mapped one to its use, and maps one that is named itself', () => {
    expect(mapped(['Old', 'Papierkorb'], 'trash')).toBeNull();
    expect(mapped(['Skickade brev'], 'trash')).toBe('sentitems');
  });

  it.each([
    ['', null],
    ['/', null],
    ['MsgFolderRoot', null],
    ['  ', null],
  ])('has no folder in %j', (target, expected) => {
    expect(targetFolderOf(target)).toBe(expected);
  });
});
