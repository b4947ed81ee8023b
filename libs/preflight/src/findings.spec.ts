import { type ErrorCode, MigrationError } from '@sterna/domain';
import { describe, expect, it } from 'vitest';
import { printCheckHeader, printCheckRow } from './check-csv.js';
import { findingsOf, type Seen } from './findings.js';
import type { SourceSurvey } from './source-survey.js';
import { SurveyTally } from './survey-tally.js';

const past = new Date(0);
const place = { isPastLimit: false, isKnown: false };
const rules = { receivedFrom: null, receivedTo: null, largeItemLimitBytes: 1_000_000 };

function surveyOf(change: Partial<SourceSurvey> = {}): SourceSurvey {
  const tally = new SurveyTally();
  for (const sizeBytes of [1_000, 2_000]) {
    tally.add({ isDeleted: false, receivedAt: past, sizeBytes, gmailId: null }, rules, place);
  }
  const folders = [{ path: ['INBOX'], specialUse: 'inbox' as const, target: null, messages: 2 }];
  const counts = { folders, excludedFolders: 0, unreadable: [], tally };
  return { ...counts, sizesFrom: 'messages', roundTripMs: 1, bytesPerDay: null, ...change };
}

function seen(change: Partial<Seen> = {}): Seen {
  return {
    user: { emailAddress: 'ann@contoso.edu', userName: '=ann' },
    batch: { largeItemLimit: null },
    ...{ mailboxSeconds: 60, skipLogin: null, isBusy: false, alreadyMigrated: 0, userNameFormat: 'plain' },
    source: { survey: surveyOf(), error: null },
    target: empty,
    checkedAt: new Date('2026-11-26T00:00:00Z'),
    ...change,
  };
}

const errorOf = (code: ErrorCode) =>
  new MigrationError({ code, scope: 'account', retry: { kind: 'never' }, message: `says ${code}` });
const empty = { error: null, roundTripMs: 400, messages: 0, fullFolders: [], renamedCount: 0, renamed: [] };

describe('the verdict on a mailbox', () => {
  it.each<[string, Partial<Seen>, string, string[]]>([
    ['nothing is wrong', {}, 'go', []],
    [
      'a folder will have another name',
      { target: { ...empty, renamedCount: 1 } },
      'goWithNotes',
      ['folderNamesChange'],
    ],
    [
      'the target holds messages',
      { target: { ...empty, messages: 3 } },
      'goWithNotes',
      ['targetHasMessages'],
    ],
    [
      'a target folder would be full',
      { target: { ...empty, fullFolders: ['Inbox'] } },
      'goWithNotes',
      ['targetFolderFull'],
    ],
    [
      'sizes are an estimate',
      { source: { survey: surveyOf({ sizesFrom: 'estimate' }), error: null } },
      'goWithNotes',
      ['sizesEstimated'],
    ],
    [
      'Gmail takes days',
      { source: { survey: surveyOf({ bytesPerDay: 1_000 }), error: null } },
      'goWithNotes',
      ['dailyDownloadLimit'],
    ],
    [
      'a folder cannot be opened',
      { source: { survey: surveyOf({ unreadable: ['X'] }), error: null } },
      'goWithNotes',
      ['foldersUnreadable'],
    ],
    [
      'a login was not tried',
      { skipLogin: 'why', source: { survey: null, error: null } },
      'notTried',
      ['loginNotTried'],
    ],
    [
      'a pass is running',
      { isBusy: true, source: { survey: null, error: null } },
      'notTried',
      ['passRunning'],
    ],
    [
      'the login is refused',
      { source: { survey: null, error: errorOf('sourceLoginRefused') } },
      'noGo',
      ['sourceLoginRefused'],
    ],
    [
      'source and target are wrong',
      {
        source: { survey: null, error: errorOf('sourceTimeout') },
        target: { ...empty, error: errorOf('targetForbidden') },
      },
      'noGo',
      ['sourceTimeout', 'targetForbidden'],
    ],
    [
      'a login was not tried, and there is no target',
      {
        skipLogin: 'why',
        source: { survey: null, error: null },
        target: { ...empty, error: errorOf('targetMailboxMissing') },
      },
      'noGo',
      ['targetMailboxMissing', 'loginNotTried'],
    ],
  ])('when %s', (...[, change, verdict, codes]) => {
    const check = findingsOf(seen(change));
    expect(check.verdict).toBe(verdict);
    expect([...check.problems, ...check.notes].map(({ code }) => code)).toEqual(codes);
  });

  it('is no go when more messages are too large than the batch allows', () => {
    const survey = surveyOf();
    survey.tally.add(
      { isDeleted: false, receivedAt: past, sizeBytes: 2_000_000, gmailId: null },
      rules,
      place,
    );
    const found = { survey, error: null };
    expect(findingsOf(seen({ source: found })).verdict).toBe('goWithNotes');
    const strict = findingsOf(seen({ source: found, batch: { largeItemLimit: 0 } }));
    expect(strict.problems.map(({ code }) => code)).toEqual(['largeItemLimitExceeded']);
  });
});

it('the estimate leaves out what an earlier batch has migrated', () => {
  expect(findingsOf(seen()).estimate).toEqual({ seconds: 1, boundBy: 'targetRoundTrips' });
  const slow = { ...empty, roundTripMs: 40_000 };
  expect(findingsOf(seen({ target: slow })).estimate.seconds).toBe(30);
  expect(findingsOf(seen({ target: slow, alreadyMigrated: 2 })).estimate.seconds).toBe(10);
});

it('a row of the CSV has a cell for each column, and no formula', () => {
  const row = printCheckRow(findingsOf(seen()));
  expect(row.split(',')).toHaveLength(printCheckHeader().split(',').length);
  expect(row).toContain("ann@contoso.edu,'=ann,plain,go,1,0,2,3000,messages,2000,0,");
});
