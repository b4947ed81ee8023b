import type { BatchStatus, UserStatus } from '@sterna/domain';
import type { Pass } from '@sterna/state';
import { describe, expect, it } from 'vitest';
import { nextBatchStatus } from './batch-progress.js';
import { isOverdue, lacks, wasDropped } from './offer-rule.js';
import { statusSteps } from './status-steps.js';

describe('the next status of a batch', () => {
  it.each<[BatchStatus, UserStatus[], BatchStatus | null]>([
    ['Syncing', ['Queued', 'Synced'], null],
    ['Syncing', ['Synced'], 'Synced'],
    ['Syncing', ['Synced', 'Failed'], 'SyncedWithErrors'],
    ['Syncing', ['Failed'], 'Failed'],
    ['Syncing', ['IncrementalSyncing', 'Synced'], 'Synced'],
    ['Syncing', ['IncrementalSyncing', 'Failed'], 'SyncedWithErrors'],
    ['Synced', ['IncrementalSyncing', 'Synced'], 'IncrementalSyncing'],
    ['IncrementalSyncing', ['Synced', 'IncrementalFailed'], 'SyncedWithErrors'],
    ['IncrementalSyncing', ['Queued', 'Synced'], 'Syncing'],
    ['Synced', [], null],
    ['Syncing', [], 'Failed'],
  ])('%s with users %j is %s', (current, users, expected) => {
    expect(nextBatchStatus(current, users)).toBe(expected);
  });
});

describe('the steps of a user', () => {
  it.each<[UserStatus, UserStatus, UserStatus[]]>([
    ['Syncing', 'Synced', ['Synced']],
    ['Starting', 'Synced', ['Syncing', 'Synced']],
    ['Starting', 'Stopped', ['Stopping', 'Stopped']],
    ['IncrementalSyncing', 'IncrementalStopped', ['Stopping', 'IncrementalStopped']],
    ['Removing', 'Synced', []],
  ])('from %s to %s are %j', (from, to, steps) => {
    expect(statusSteps(from, to)).toEqual(steps);
  });
});

const now = new Date(1_000_000);
const before = (ms: number): Date => new Date(now.getTime() - ms);
const nobody = { owner: '', until: new Date(0) };
const pass: Pass = {
  passId: 'x',
  tenantId: 't',
  batchId: 'b',
  userId: 'u',
  pairId: 'p',
  endpointId: 'e',
  number: 1,
  kind: 'initial',
  state: 'queued',
  reader: { ...nobody, attempt: 0 },
  readingDone: false,
  writer: { ...nobody, epoch: 0 },
  stopRequested: false,
  result: null,
  error: null,
  createdAt: before(90_000),
  offeredAt: before(10_000),
  startedAt: null,
  endedAt: null,
  settledAt: null,
};

describe('a pass that is offered again', () => {
  it('lacks a reader until it is read, and a writer once it had a reader', () => {
    const read: Pass = { ...pass, readingDone: true, reader: { owner: 'r', until: before(1), attempt: 1 } };
    const written: Pass = { ...read, writer: { owner: 'w', until: new Date(now.getTime() + 1), epoch: 1 } };
    const lackedBy = (one: Pass) => (['reader', 'writer'] as const).filter((role) => lacks(one, role, now));
    expect([pass, read, written, { ...read, state: 'ended' } as const].map(lackedBy)).toEqual([
      ['reader'],
      ['writer'],
      [],
      [],
    ]);
  });

  it('was dropped only if its worker lost it after the last offer', () => {
    const until = (ms: number): Pass => ({ ...pass, reader: { owner: 'r', until: before(ms), attempt: 1 } });
    expect(wasDropped(pass, 'reader')).toBe(false);
    expect(wasDropped(until(5_000), 'reader')).toBe(true);
    expect(wasDropped(until(15_000), 'reader')).toBe(false);
  });

  it('is overdue a minute after the last offer', () => {
    expect(isOverdue(pass, now)).toBe(false);
    expect(isOverdue({ ...pass, offeredAt: before(60_000) }, now)).toBe(true);
  });
});
