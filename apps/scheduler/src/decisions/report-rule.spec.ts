import type { BatchStatus } from '@sterna/domain';
import { describe, expect, it } from 'vitest';
import { isReportDue } from './report-rule.js';

const hourMs = 3_600_000;
const at = (hours: number): Date => new Date(hours * hourMs);

function batchOf(history: [BatchStatus, number][], lastReport: number | null) {
  const statusHistory = history.map(([status, hours]) => ({ status, at: at(hours), reason: '' }));
  return {
    status: history.at(-1)?.[0] ?? 'Created',
    statusHistory,
    startedAt: at(0),
    lastReportAt: lastReport === null ? null : at(lastReport),
    reportIntervalMs: 24 * hourMs,
    skipReports: false,
    notificationEmails: ['admin@contoso.edu'],
  };
}

describe('isReportDue', () => {
  it.each<[string, [BatchStatus, number][], number | null, number, boolean]>([
    ['is running for less than the interval', [['Syncing', 1]], null, 23, false],
    ['is running for the interval', [['Syncing', 1]], null, 24, true],
    [
      'is synchronised for the first time',
      [
        ['Syncing', 1],
        ['Synced', 2],
      ],
      null,
      3,
      true,
    ],
    [
      'has said so',
      [
        ['Syncing', 1],
        ['Synced', 2],
      ],
      2.5,
      3,
      false,
    ],
    [
      'is synchronised again',
      [
        ['Synced', 2],
        ['IncrementalSyncing', 26],
        ['Synced', 27],
      ],
      25,
      28,
      false,
    ],
    [
      'has failed',
      [
        ['Syncing', 1],
        ['Failed', 2],
      ],
      1.5,
      2,
      true,
    ],
    [
      'has been stopped for long',
      [
        ['Stopping', 1],
        ['Stopped', 2],
      ],
      3,
      300,
      false,
    ],
    [
      'is completed',
      [
        ['Completing', 10],
        ['Completed', 11],
      ],
      9,
      12,
      true,
    ],
  ])('of a batch that %s', (_, history, lastReport, now, expected) => {
    expect(isReportDue(batchOf(history, lastReport), at(now))).toBe(expected);
  });

  it('is never when nobody wants it', () => {
    const failed = batchOf([['Failed', 2]], null);
    expect(isReportDue({ ...failed, notificationEmails: [] }, at(9))).toBe(false);
    expect(isReportDue({ ...failed, skipReports: true }, at(9))).toBe(false);
    expect(isReportDue({ ...batchOf([['Syncing', 1]], null), reportIntervalMs: 0 }, at(99))).toBe(false);
  });
});
