import { expect, it } from 'vitest';
import { forecastEmptyMailbox } from './folder-forecast.js';

const plain = (...path: string[]) => ({ path, specialUse: null, target: null });

it('a forecast has the names that the writer would give', async () => {
  const found = await forecastEmptyMailbox([
    { path: ['INBOX'], specialUse: 'inbox', target: null },
    plain('INBOX', 'Kunden'),
    { path: ['Gesendet'], specialUse: 'sent', target: null },
    plain('Projects'),
    plain('projects'),
    plain('trailing '),
    plain('trailing '.repeat(40), 'below'),
    plain('tab\there'),
    plain('tab_here'),
  ]);
  expect(found.map(({ targetPath, repairs }) => [targetPath, ...repairs])).toEqual([
    ['Inbox'],
    ['Inbox/Kunden'],
    ['Sent Items'],
    ['Projects'],
    ['Projects', 'folderNameCaseMerged'],
    ['trailing', 'folderNameTrimmed'],
    [`${'trailing '.repeat(28)}tra/below`, 'folderNameTrimmed', 'folderNameShortened'],
    ['tab_here', 'folderNameCharactersReplaced'],
    ['tab_here (2)', 'folderNameNumbered'],
  ]);
  expect(found.every(({ messagesThere }) => messagesThere === 0)).toBe(true);
});
