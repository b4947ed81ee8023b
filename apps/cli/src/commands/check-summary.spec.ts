import type { components } from '@sterna/api-client';
import { describe, expect, it } from 'vitest';
import { exitCodeOfCheck, printSize, printSummary, recordCheck } from './check-summary.js';

type Check = components['schemas']['BatchCheck'];
type MailboxCheck = components['schemas']['MailboxCheck'];

const leftOut = { folderExcluded: 0, markedDeleted: 0, contentFilter: 0, tooLarge: 3, tooManyItems: 0 };
const check: Check = {
  ...{ checkId: 'c', batchName: 'First', state: 'done', createdAt: '', createdBy: 'k', endedAt: null },
  ...{ pauseMs: 0, mailboxSeconds: 60, onlyFailed: false, totalCount: 2, doneCount: 2 },
  verdicts: { go: 1, goWithNotes: 0, noGo: 1, notTried: 0 },
  totals: { folders: 4, messages: 10, bytes: 2_500_000, renamed: 1, leftOut },
  codes: [
    { code: 'targetMailboxMissing', mailboxes: 1, isProblem: true, advice: 'Create it.' },
    { code: 'messagesLeftOut', mailboxes: 1, isProblem: false, advice: '' },
  ],
  ...{ mailboxesAtOnce: 100, estimatedSeconds: 90_061 },
};
const mailbox: MailboxCheck = {
  ...{ emailAddress: 'ann@contoso.edu', userName: 'ann', userNameFormat: 'plain', verdict: 'noGo' },
  problems: [{ code: 'targetMailboxMissing', message: 'no such user', advice: 'Create it.' }],
  notes: [{ code: 'messagesLeftOut', message: '3 tooLarge' }],
  source: {
    ...{ isChecked: true, folders: 4, excludedFolders: 0, messages: 10, bytes: 2_500_000, leftOut },
    ...{ sizesFrom: 'estimate', largestMessageBytes: 1, repeated: 0, unreadableFolders: [], roundTripMs: 1 },
  },
  target: { isChecked: false, messages: 0, roundTripMs: 0 },
  ...{ alreadyMigrated: 0, renamedCount: 1, checkedAt: '' },
  renamed: [{ from: 'a ', to: 'a', repairs: ['folderNameTrimmed'] }],
  estimate: { seconds: 61, boundBy: 'targetRoundTrips' },
};

describe('the summary of a check', () => {
  it('says what will change, what is wrong with what to do, and what it adds up to', () => {
    expect(printSummary(check, [mailbox])).toEqual([
      'Names that will change in Exchange:',
      '  ann@contoso.edu: "a " -> "a"',
      '',
      'targetMailboxMissing, 1 mailbox. Create it.',
      '  ann@contoso.edu: no such user',
      '',
      '2 mailboxes were checked: 1 go, 0 go with notes, 1 no go, 0 not tried.',
      '10 messages in 4 folders, 2.5 MB; left out: 3 tooLarge.',
      'At least 1.01:01:01 with 100 mailboxes at once.',
    ]);
  });

  it('ends with 1 when a mailbox would fail, was not tried, or is not checked yet', () => {
    const verdicts = { go: 2, goWithNotes: 0, noGo: 0, notTried: 0 };
    expect(exitCodeOfCheck(check)).toBe(1);
    expect(exitCodeOfCheck({ ...check, verdicts })).toBe(0);
    expect(exitCodeOfCheck({ ...check, verdicts: { ...verdicts, go: 1, notTried: 1 } })).toBe(1);
    expect(exitCodeOfCheck({ ...check, verdicts, doneCount: 1 })).toBe(1);
  });
});

describe('a mailbox in the table', () => {
  it('has what was found, an estimate marked as such', () => {
    expect(recordCheck(mailbox)).toMatchObject({
      ...{ Verdict: 'No go', Messages: 10, Size: '~2.5 MB', LeftOut: 3, AtLeast: '00:01:01' },
      Why: 'targetMailboxMissing, messagesLeftOut',
    });
  });

  it('has nothing where its source was not seen', () => {
    const unseen = { ...mailbox, source: { ...mailbox.source, isChecked: false } };
    expect(recordCheck(unseen)).toMatchObject({ Messages: null, Size: null, AtLeast: null });
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.0 kB'],
    [50_000_000_000, '50.0 GB'],
  ])('%d octets are %s', (bytes, text) => {
    expect(printSize(bytes)).toBe(text);
  });
});
