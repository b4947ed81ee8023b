import type { BatchStatus } from '@sterna/domain';
import { defaultMigrationConfig } from '@sterna/state';
import { describe, expect, it } from 'vitest';
import { retirementOf } from './batch-age.js';

const dayMs = 86_400_000;
const now = new Date('2026-06-01T12:00:00Z');
const ago = (days: number): Date => new Date(now.getTime() - days * dayMs);

function batchOf(status: BatchStatus, quietDays: number, changedDays: number) {
  return {
    status,
    createdAt: ago(400),
    quietSince: ago(quietDays),
    statusHistory: [{ status, at: ago(changedDays), reason: '' }],
  };
}

describe('retirementOf', () => {
  it.each<[BatchStatus, number, number, string | null]>([
    ['Synced', 60, 0, 'Stopping'],
    ['Synced', 59, 0, null],
    ['SyncedWithErrors', 61, 1, 'Stopping'],
    ['Stopped', 90, 90, 'Removing'],
    ['Stopped', 90, 89, null],
    ['Stopped', 89, 90, null],
    ['Failed', 90, 91, 'Removing'],
    ['Completed', 60, 60, 'Removing'],
    ['CompletedWithErrors', 59, 60, null],
    ['Syncing', 500, 500, null],
    ['Created', 500, 500, null],
  ])('%s, quiet for %i days and changed %i days ago: %s', (status, quiet, changed, expected) => {
    expect(retirementOf(batchOf(status, quiet, changed), defaultMigrationConfig, now)?.to ?? null).toBe(
      expected,
    );
  });

  it('is never when the tenant says so', () => {
    const config = { ...defaultMigrationConfig, stopSyncedAfterDays: null };
    expect(retirementOf(batchOf('Synced', 500, 0), config, now)).toBeNull();
  });
});
