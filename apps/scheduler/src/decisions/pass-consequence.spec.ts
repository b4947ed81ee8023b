import type { UserStatus } from '@sterna/domain';
import type { Pass, PassError } from '@sterna/state';
import { describe, expect, it } from 'vitest';
import { consequenceOf, type EndedPass, type PassConsequence } from './pass-consequence.js';

const now = new Date('2026-03-01T12:00:00Z');
const endedAt = new Date('2026-03-01T11:59:58Z');
const dayMs = 86_400_000;

const unreachable: PassError = {
  code: 'sourceUnreachable',
  message: 'imap.contoso.com:993 cannot be reached',
  retry: 'backoff',
  retryAfterMs: null,
};
const refused: PassError = { ...unreachable, code: 'sourceLoginRefused', retry: 'never' };
const throttled: PassError = {
  ...unreachable,
  code: 'targetThrottled',
  retry: 'after',
  retryAfterMs: 90_000,
};

function after(
  pass: Partial<Pick<Pass, 'kind' | 'result' | 'error'>>,
  user: { status?: UserStatus; attempt?: number; arrivedAtFailure?: number } = {},
  lostMessages = 0,
  arrivedMessages = 0,
): PassConsequence {
  const ended: EndedPass = {
    pass: { kind: 'initial', number: 3, result: 'done', error: null, endedAt, ...pass },
    user: { status: 'Syncing', attempt: 0, arrivedAtFailure: 0, ...user },
    arrivedMessages,
    lostMessages,
    incrementalSyncIntervalMs: dayMs,
    now,
    random: 0.5,
  };
  return consequenceOf(ended);
}

const inMs = (ms: number): Date => new Date(now.getTime() + ms);

describe('a pass that is done', () => {
  it.each(['initial', 'incremental', 'forced'] as const)(
    '%s, makes the user Synced, and the next due',
    (kind) => {
      const { to, set } = after({ kind }, { attempt: 4 });
      expect(to).toBe('Synced');
      expect(set).toEqual({
        activePassId: null,
        attempt: 0,
        error: null,
        lastSuccessfulSyncAt: endedAt,
        nextSyncAt: inMs(dayMs),
      });
    },
  );

  it('but for a folder, shows the fault and comes again soon', () => {
    const folder: PassError = {
      ...unreachable,
      code: 'sourceFolderRefused',
      message: 'Archive cannot be read',
    };
    const { to, set } = after({ kind: 'initial', error: folder }, { attempt: 1 });
    expect(to).toBe('Synced');
    expect(set).toMatchObject({
      error: { code: 'sourceFolderRefused', message: 'Archive cannot be read' },
      attempt: 2,
      lastSuccessfulSyncAt: endedAt,
      nextSyncAt: inMs(15_000),
    });
    const lastAttempt = after({ error: folder }, { attempt: 5 });
    expect(lastAttempt.set).toMatchObject({ attempt: 0, nextSyncAt: inMs(dayMs) });
  });
});

describe('an initial pass that failed', () => {
  it('is repeated after growing pauses, six attempts in all', () => {
    const pauses = [0, 1, 2, 3, 4].map((attempt) => {
      const { to, set } = after({ result: 'failed', error: unreachable }, { attempt });
      expect(to).toBe('Queued');
      expect(set.attempt).toBe(attempt + 1);
      return (set.notBefore?.getTime() ?? 0) - now.getTime();
    });
    expect(pauses).toEqual([5_000, 15_000, 45_000, 135_000, 405_000]);
    const last = after({ result: 'failed', error: unreachable }, { attempt: 5 });
    expect(last).toMatchObject({ to: 'Failed', set: { attempt: 6, nextSyncAt: null } });
  });

  it('is repeated when the server said, where it said', () => {
    const { to, set } = after({ result: 'failed', error: throttled });
    expect([to, set.notBefore]).toEqual(['Queued', inMs(90_000)]);
  });

  it.each(['sourceTooManyConnections', 'sourceThrottled', 'sourceLoginUnavailable', 'targetThrottled'])(
    'because of %s waits for a day until there is room',
    (code) => {
      const busy: PassError = { ...unreachable, code };
      expect(after({ result: 'failed', error: busy }, { attempt: 20 }).to).toBe('Queued');
      expect(after({ result: 'failed', error: busy }, { attempt: 149 }).to).toBe('Failed');
    },
  );

  it('begins to count anew when it brought messages over', () => {
    const failed = { result: 'failed', error: unreachable } as const;
    const advanced = after(failed, { attempt: 5, arrivedAtFailure: 7 }, 0, 8);
    expect(advanced).toMatchObject({ to: 'Queued', set: { attempt: 1, arrivedAtFailure: 8 } });
    expect(after(failed, { attempt: 5, arrivedAtFailure: 8 }, 0, 8).to).toBe('Failed');
  });

  it('is not repeated where that does not help; the user says why', () => {
    const { to, set } = after({ result: 'failed', error: refused });
    expect(to).toBe('Failed');
    expect(set.error).toEqual({ code: 'sourceLoginRefused', message: refused.message });
  });

  it('without a reason is repeated too', () => {
    const { to, set } = after({ result: 'failed' });
    expect([to, set.error?.code]).toEqual(['Queued', 'unexpected']);
  });
});

describe('an incremental pass that failed', () => {
  it('is repeated after a pause, and the next day when that does not help', () => {
    const kind = 'incremental';
    const again = after({ kind, result: 'failed', error: unreachable }, { status: 'IncrementalSyncing' });
    expect(again).toMatchObject({ to: 'IncrementalFailed', set: { attempt: 1, nextSyncAt: inMs(5_000) } });
    const given = after({ kind, result: 'failed', error: refused }, { status: 'IncrementalSyncing' });
    expect(given).toMatchObject({ to: 'IncrementalFailed', set: { attempt: 0, nextSyncAt: inMs(dayMs) } });
  });
});

describe('a pass of a user who is stopping', () => {
  it.each([
    ['initial', 'stopped', 'Stopped'],
    ['initial', 'failed', 'Stopped'],
    ['initial', 'done', 'IncrementalStopped'],
    ['incremental', 'stopped', 'IncrementalStopped'],
    ['forced', 'done', 'IncrementalStopped'],
  ] as const)('%s and %s makes the user %s', (kind, result, to) => {
    const consequence = after({ kind, result }, { status: 'Stopping' });
    expect(consequence.to).toBe(to);
    expect(consequence.set).toMatchObject({ activePassId: null, nextSyncAt: null });
    expect(consequence.set.lastSuccessfulSyncAt).toEqual(result === 'done' ? endedAt : undefined);
  });
});

describe('the last pass of a user who is Completing', () => {
  const completing = { status: 'Completing', attempt: 1 } as const;

  it.each([
    [0, 'Completed'],
    [2, 'CompletedWithWarnings'],
  ])('with %i lost messages ends as %s', (lost, expected) => {
    const { to, set } = after({ kind: 'forced' }, completing, lost);
    expect(to).toBe(expected);
    expect(set).toMatchObject({
      activePassId: null,
      nextSyncAt: null,
      error: null,
      lastSuccessfulSyncAt: endedAt,
    });
  });

  it('is repeated while that may help, and the user stays Completing', () => {
    const { to, set } = after({ kind: 'forced', result: 'failed', error: unreachable }, completing);
    expect(to).toBe('Completing');
    expect(set).toMatchObject({ activePassId: null, attempt: 2 });
    expect(set.nextSyncAt?.getTime()).toBeGreaterThan(now.getTime());
  });

  it('is repeated when folders could not be read', () => {
    expect(after({ kind: 'forced', error: unreachable }, completing).to).toBe('Completing');
  });

  it('fails when repeating does not help', () => {
    const { to, set } = after({ kind: 'forced', result: 'failed', error: refused }, completing);
    expect(to).toBe('CompletionFailed');
    expect(set).toMatchObject({ nextSyncAt: null, error: { code: 'sourceLoginRefused' } });
  });

  it('that was stopped leaves a mailbox that can go on', () => {
    expect(after({ kind: 'forced', result: 'stopped' }, completing).to).toBe('IncrementalStopped');
  });
});
