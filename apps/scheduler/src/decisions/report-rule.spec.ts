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

type Case = { history: [BatchStatus, number][]; lastReport: number | null; now: number };

describe('isReportDue', () => {
  it.each<[string, Case, boolean]>([
    [
      'is running for less than the interval',
      { history: [['Syncing', 1]], lastReport: null, now: 23 },
      false,
    ],
    ['is running for the interval', { history: [['Syncing', 1]], lastReport: null, now: 24 }, true],
    [
      'is synchronised for the first time',
      {
        history: [
          ['Syncing', 1],
          ['Synced', 2],
        ],
        lastReport: null,
        now: 3,
      },
      true,
    ],
    [
      'has said so',
      {
        history: [
          ['Syncing', 1],
          ['Synced', 2],
        ],
        lastReport: 2.5,
        now: 3,
      },
      false,
    ],
    [
      'is synchronised again',
      {
        history: [
          ['Synced', 2],
          ['IncrementalSyncing', 26],
          ['Synced', 27],
        ],
        lastReport: 25,
        now: 28,
      },
      false,
    ],
    [
      'has failed',
      {
        history: [
          ['Syncing', 1],
          ['Failed', 2],
        ],
        lastReport: 1.5,
        now: 2,
      },
      true,
    ],
    [
      'was stopped long ago',
      {
        history: [
          ['Stopping', 1],
          ['Stopped', 2],
        ],
        lastReport: 3,
        now: 300,
      },
      false,
    ],
    [
      'is completed',
      {
        history: [
          ['Completing', 10],
          ['Completed', 11],
        ],
        lastReport: 9,
        now: 12,
      },
      true,
    ],
  ])('of a batch that %s', (_, { history, lastReport, now }, expected) => {
    expect(isReportDue(batchOf(history, lastReport), at(now))).toBe(expected);
  });

  it('is never when nobody wants it', () => {
    const failed = batchOf([['Failed', 2]], null);
    expect(isReportDue({ ...failed, notificationEmails: [] }, at(9))).toBe(false);
    expect(isReportDue({ ...failed, skipReports: true }, at(9))).toBe(false);
    expect(isReportDue({ ...batchOf([['Syncing', 1]], null), reportIntervalMs: 0 }, at(99))).toBe(false);
  });
});
