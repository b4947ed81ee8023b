import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkNotes } from './check.js';
import { errorCodes } from './migration-error.js';
import { outcomeReasons } from './outcome.js';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

/** The first cells of the tables below headings that begin with `heading`. */
function namesUnder(heading: string): string[] {
  return page
    .split(/^## /m)
    .filter((section) => section.startsWith(heading))
    .flatMap((section) => [...section.matchAll(/^\| `(\w+)` +\|/gm)])
    .map((match) => match[1] ?? '');
}

describe('docs/errors.md', () => {
  it('explains each error code once, and no other', () => {
    expect(namesUnder('Error codes').sort()).toEqual([...errorCodes].sort());
  });

  it('explains each reason of an outcome once, and no other', () => {
    expect(namesUnder('Outcome reasons').sort()).toEqual([...outcomeReasons].sort());
  });

  it('explains each note of a check once, and no other', () => {
    expect(namesUnder('Notes of a check').sort()).toEqual([...checkNotes].sort());
  });

  it('leaves no cell empty', () => {
    expect(page.split('\n').filter((line) => /\|\s*\|/.test(line))).toEqual([]);
  });
});
