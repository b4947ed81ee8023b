import type { ProgressEvent } from '@sterna/api-client';
import { describe, expect, it } from 'vitest';
import { endOf } from './batch-watch.js';
import { MailboxRates, printBar, printUser } from './progress-line.js';

const tally = {
  found: 10,
  toDo: 5,
  migrated: 4,
  alreadyThere: 0,
  filtered: 0,
  skipped: 1,
  failed: 0,
  vanished: 0,
  migratedBytes: 2_000_000,
};

type User = ProgressEvent['users'][number];
const user = (changes: Partial<User> = {}): User => ({
  userId: 'u',
  emailAddress: 'terry@contoso.edu',
  userName: 'terry',
  userRoot: '',
  batchId: 'b',
  batchName: 'B',
  status: 'Synced',
  statusSummary: 'Synced',
  error: null,
  tally,
  percentageComplete: 50,
  dataConsistencyScore: 'Investigate',
  hasUnapprovedSkippedItems: true,
  passNumber: 1,
  startAfter: null,
  completeAfter: null,
  lastSuccessfulSyncAt: null,
  nextSyncAt: null,
  ...changes,
});

function event(
  status: ProgressEvent['batch']['status'],
  changes: { active?: number; user?: Partial<User> } = {},
): ProgressEvent {
  return {
    at: '2026-11-24T12:00:00.000Z',
    users: [user(changes.user)],
    batch: {
      batchId: 'b',
      name: 'B',
      status,
      statusHistory: [],
      sourceEndpoint: 'E',
      totalCount: 1,
      users: { total: 1, active: changes.active ?? 0, synced: 1, completed: 0, failed: 0, stopped: 0 },
      tally,
      percentageComplete: 50,
      dataConsistencyScore: 'Investigate',
      excludeFolders: [],
      includeFolders: [],
      contentFilter: null,
      badItemLimit: null,
      largeItemLimit: null,
      largeItemLimitBytes: 1,
      maxItems: 1,
      incrementalSyncIntervalMs: 1,
      targetDeliveryDomain: null,
      startAfter: null,
      completeAfter: null,
      timeZone: 'UTC',
      notificationEmails: [],
      reportIntervalMs: 0,
      skipReports: false,
      skipDetails: false,
      createdAt: '2026-11-24T12:00:00.000Z',
      createdBy: 'key',
      startedAt: null,
      lastSyncedAt: null,
      rowErrors: [],
      rowErrorCount: 0,
    },
  };
}

describe('watching ends', () => {
  it.each([
    ['Synced', 0],
    ['SyncedWithErrors', 6],
    ['Failed', 6],
    ['Stopped', 1],
    ['Syncing', null],
    ['Created', null],
  ] as const)('at %s with exit code %s', (status, code) => {
    expect(endOf(event(status))).toBe(code);
  });

  it('not while a mailbox is at work or due', () => {
    expect(endOf(event('Synced', { active: 1 }))).toBeNull();
    expect(endOf(event('Synced', { user: { nextSyncAt: '2026-11-24T11:59:59.000Z' } }))).toBeNull();
    expect(endOf(event('Synced', { user: { nextSyncAt: '2026-11-25T12:00:00.000Z' } }))).toBe(0);
  });
});

describe('the line of a mailbox', () => {
  it('has a bar, the counts and the megabytes', () => {
    expect(printUser(user(), { messages: 0, bytes: 0 }, 17)).toBe(
      'terry@contoso.edu  Synced              [##########..........]  50%  found 10  migrated 4  not migrated 1  2.0 MB',
    );
    expect(printBar(100)).toBe(`[${'#'.repeat(20)}]`);
  });

  it('has the rate of the last seconds', () => {
    const rates = new MailboxRates();
    rates.add(event('Syncing'));
    const later = event('Syncing', { user: { tally: { ...tally, migrated: 24, migratedBytes: 6_000_000 } } });
    rates.add({ ...later, at: '2026-11-24T12:00:02.000Z' });
    expect(rates.of('u')).toEqual({ messages: 10, bytes: 2_000_000 });
  });
});
