import { describe, expect, it } from 'vitest';
import { isFolderWanted } from './folder-filter.js';

const folder = (path: string, specialUse: 'inbox' | 'trash' | 'junk' | null = null) => ({
  path: path.split('/'),
  specialUse,
});

describe('a folder', () => {
  it.each([
    ['deleted items', folder('Deleted Items'), false],
    ['MyProjects', folder('MyProjects/FY2010'), false],
    ['MyProjects/*', folder('MyProjects'), true],
    ['MyProjects/*', folder('MyProjects/FY2010'), false],
    ['MyProjects/FY2010', folder('MyProjects/FY2011'), true],
    ['Archive 20*', folder('Archive 2019'), false],
    ['A.b', folder('Axb'), true],
    ['#DeletedItems#', folder('Papierkorb', 'trash'), false],
    ['#JunkEmail#', folder('Papierkorb', 'trash'), true],
    ['#Inbox#', folder('INBOX/Orders'), false],
    ['#Calendar#', folder('Calendar'), true],
    ['\\#Notes\\#', folder('#Notes#'), false],
  ])('with %s excluded: %j is wanted: %s', (pattern, one, isWanted) => {
    expect(isFolderWanted(one, { excludeFolders: [pattern], includeFolders: [] })).toBe(isWanted);
  });

  it('is wanted only when it is included, where there are includes; an exclude wins', () => {
    const rules = { includeFolders: ['Projects', '#Inbox#'], excludeFolders: ['Projects/Old'] };
    const wanted = ['INBOX', 'Projects/New', 'Projects/Old', 'Other'].filter((path) =>
      isFolderWanted(folder(path, path === 'INBOX' ? 'inbox' : null), rules),
    );
    expect(wanted).toEqual(['INBOX', 'Projects/New']);
  });
});
