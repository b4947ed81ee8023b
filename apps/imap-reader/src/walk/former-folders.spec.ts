import { outcomeBytes } from '@sterna/domain';
import { chunkUids, type Folder } from '@sterna/state';
import { describe, expect, it } from 'vitest';
import { FormerFolders } from './former-folders.js';
import { FormerMessages } from './former-messages.js';

const saved = (folderId: string, uidValidity: number, change: Partial<Folder> = {}): Folder => ({
  ...{ folderId, tenantId: 't', pairId: 'p', path: [folderId], specialUse: null },
  ...{ uidValidity, uidNext: 1, highestModseq: null, exists: 0, previousUidValidities: [] },
  ...{ mailboxId: null, target: null, targetNames: null, seenInPass: 1, updatedAt: new Date(0) },
  ...change,
});

describe('what a folder was called before', () => {
  it('is the name that is gone and had its UIDVALIDITY', () => {
    const former = new FormerFolders([saved('old', 7), saved('other', 8)], new Map([['new', 7]]));
    expect(former.of({ folderId: 'new', uidValidity: 7, mailboxId: null })).toEqual([
      { folderId: 'old', uidValidity: 7 },
    ]);
  });

  it('is the name that is gone and had its MAILBOXID, whatever the UIDVALIDITY is now', () => {
    const before = saved('old', 7, { mailboxId: 'M1', previousUidValidities: [5] });
    const former = new FormerFolders([before, saved('other', 9, { mailboxId: 'M2' })], new Map());
    expect(former.of({ folderId: 'new', uidValidity: 9, mailboxId: 'M1' })).toEqual([
      { folderId: 'old', uidValidity: 7 },
      { folderId: 'old', uidValidity: 5 },
      { folderId: 'other', uidValidity: 9 },
    ]);
  });

  it('is not a folder that is there still, or of which the server does not tell', () => {
    const live = new Map([
      ['a', 7],
      ['b', null],
      ['new', 7],
    ]);
    const former = new FormerFolders([saved('a', 7), saved('b', 7), saved('new', 7)], live);
    expect(former.of({ folderId: 'new', uidValidity: 7, mailboxId: null })).toEqual([]);
  });

  it('may be a name that another folder has now', () => {
    const live = new Map([
      ['a', 8],
      ['b', 7],
    ]);
    const former = new FormerFolders([saved('a', 7), saved('b', 8)], live);
    expect(former.of({ folderId: 'a', uidValidity: 8, mailboxId: null })).toEqual([
      { folderId: 'b', uidValidity: 8 },
    ]);
  });
});

describe('a message under the new name', () => {
  const states = Buffer.alloc(chunkUids);
  const fingerprints = Buffer.alloc(chunkUids * 8, 9);
  states.set([outcomeBytes.migrated, outcomeBytes.failed, outcomeBytes.alreadyThere]);
  const messages = new FormerMessages([[{ index: 0, states, fingerprints, missed: [] }]]);

  it.each([
    ['that arrived under the old one', 1, 9, true],
    ['that was found to be there under the old one', 3, 9, true],
    ['that failed under the old one', 2, 9, false],
    ['that is another one', 1, 8, false],
    ['with a UID that was not there', 4, 9, false],
  ])('%s', (_, uid, fingerprint, isKnown) => {
    expect(messages.has(uid, Buffer.alloc(8, fingerprint))).toBe(isKnown);
  });
});
