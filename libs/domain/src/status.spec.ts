import { describe, expect, it } from 'vitest';
import {
  batchStatuses,
  batchStatusesBefore,
  batchStatusOf,
  completedStatusOf,
  isBatchChangeLegal,
  isUserChangeLegal,
  userStatuses,
  userStatusesBefore,
} from './status.js';

describe('the statuses of Microsoft', () => {
  it('are fifteen for a batch and twenty-one for a user', () => {
    expect(new Set(batchStatuses).size).toBe(15);
    expect(new Set(userStatuses).size).toBe(21);
  });

  it.each(batchStatuses.filter((status) => status !== 'Removing'))(
    'let a batch that is %s be removed',
    (status) => {
      expect(isBatchChangeLegal(status, 'Removing')).toBe(true);
    },
  );

  it.each(userStatuses.filter((status) => status !== 'Removing'))(
    'let a user who is %s be removed',
    (status) => {
      expect(isUserChangeLegal(status, 'Removing')).toBe(true);
    },
  );

  it('never lead back from Removing', () => {
    expect(batchStatuses.filter((to) => isBatchChangeLegal('Removing', to))).toEqual([]);
    expect(userStatuses.filter((to) => isUserChangeLegal('Removing', to))).toEqual([]);
  });

  it('start a batch only from where Start-MigrationBatch may be given', () => {
    expect(batchStatusesBefore('Starting').sort()).toEqual(['Created', 'Failed', 'Stopped', 'Waiting']);
  });

  it('queue a user only when new, failed, stopped or put back', () => {
    expect(userStatusesBefore('Queued').sort()).toEqual([
      'Failed',
      'Starting',
      'Stopped',
      'Syncing',
      'Validating',
    ]);
  });
});

describe('the status of a running batch', () => {
  it.each([
    [['Synced', 'Synced'], 'Synced'],
    [['Synced', 'Queued'], 'Syncing'],
    [['Synced', 'Failed'], 'SyncedWithErrors'],
    [['Failed', 'Failed'], 'Failed'],
    [[], 'Failed'],
    [['Failed', 'IncrementalFailed'], 'SyncedWithErrors'],
    [['Synced', 'IncrementalSyncing'], 'IncrementalSyncing'],
    [['Starting', 'IncrementalSyncing'], 'Syncing'],
  ] as const)('of users %j is %s', (users, expected) => {
    expect(batchStatusOf(users)).toBe(expected);
  });
});

describe('the status that a completion ends in', () => {
  it.each([
    [['Completed', 'CompletedWithWarnings'], 'Completed'],
    [['Completed', 'CompletionFailed'], 'CompletedWithErrors'],
    [['Completed', 'Stopped'], 'CompletedWithErrors'],
    [['Completed', 'Completing'], null],
    [['Completed', 'Synced'], null],
    [['Completed', 'Queued', 'Failed'], null],
    [[], 'Completed'],
  ] as const)('of %j is %s', (users, expected) => {
    expect(completedStatusOf(users)).toBe(expected);
  });
});
