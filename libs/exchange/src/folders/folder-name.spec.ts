import { describe, expect, it } from 'vitest';
import { numberedName, plainName, repairName } from './folder-name.js';

describe('names of folders in Exchange', () => {
  it.each([
    ['Work', 'Work', []],
    ['a/b\\c', 'a/b\\c', []],
    [' Work\u00a0', 'Work', ['folderNameTrimmed']],
    ['', 'Unnamed', ['folderNameEmpty']],
    ['   ', 'Unnamed', ['folderNameTrimmed', 'folderNameEmpty']],
    ['a\u0000b\u0085c\ud800', 'a_b_c_', ['folderNameCharactersReplaced']],
    ['x'.repeat(256), 'x'.repeat(255), ['folderNameShortened']],
    [`${'x'.repeat(254)}😀`, 'x'.repeat(254), ['folderNameShortened']],
    ['E\u0301te\u0301', '\u00c9t\u00e9', []],
  ])('%j becomes %j', (source, name, repairs) => {
    expect(repairName(source)).toEqual({ name, repairs });
  });

  it('numbers within the length that Exchange keeps', () => {
    expect(numberedName('Work', 1)).toBe('Work');
    expect(numberedName('Work', 2)).toBe('Work (2)');
    expect(numberedName('x'.repeat(255), 12)).toBe(`${'x'.repeat(250)} (12)`);
  });

  it('replaces what a server may refuse', () => {
    expect(plainName('a/b:*?"<>|\\ (Été) 日本 +1')).toBe('a_b________ (Été) 日本 +1');
  });
});
