import type { UserStatus } from '@sterna/domain';
import { describe, expect, it } from 'vitest';
import { finalStatusOf } from './final-status.js';

describe('the final status', () => {
  it.each<[UserStatus[], UserStatus | null]>([
    [['Queued', 'Syncing', 'Synced', 'Removing'], 'Synced'],
    [['Queued', 'Syncing', 'Removing'], 'Stopped'],
    [['Synced', 'IncrementalSyncing', 'Removing'], 'Synced'],
    [['Synced', 'Completing', 'Removing'], 'Synced'],
    [['Completed', 'Removing'], 'Completed'],
    [['Failed', 'Removing'], 'Failed'],
    [['Validating'], 'Stopped'],
    [[], null],
  ])('after %j is %s', (history, expected) => {
    expect(finalStatusOf(history.map((status) => ({ status })))).toBe(expected);
  });
});
