import type { PassEndEnvelope } from '@sterna/contracts';
import { emptyTally, MigrationError } from '@sterna/domain';
import { describe, expect, it } from 'vitest';
import { endingOf, failedEnding } from './pass-ending.js';

const identity = { version: 1, tenantId: 't', passId: 'p', passNumber: 1, attempt: 1 } as const;
const done: PassEndEnvelope = { ...identity, type: 'pass-end', result: 'done', error: null };
const folderFault = {
  code: 'sourceFolderRefused',
  message: 'm',
  retry: 'backoff',
  retryAfterMs: null,
} as const;

describe('the end of a pass', () => {
  it('is done when nothing is left to do', () => {
    expect(endingOf(done, emptyTally, false)).toEqual({ result: 'done', error: null });
  });

  it('is a failure to be repeated when messages were lost on their way', () => {
    const ending = endingOf(done, { ...emptyTally, toDo: 3 }, false);
    expect(ending).toMatchObject({ result: 'failed', error: { retry: 'backoff' } });
    expect(ending.error?.message).toContain('3 messages');
  });

  it('is what the reader says when it could not read all', () => {
    const passEnd = { ...done, error: folderFault };
    expect(endingOf(passEnd, { ...emptyTally, toDo: 3 }, false)).toEqual({
      result: 'done',
      error: folderFault,
    });
  });

  it('is a stop when somebody asked for it, whatever was read', () => {
    expect(endingOf(done, emptyTally, true).result).toBe('stopped');
    expect(endingOf({ ...done, result: 'stopped' }, { ...emptyTally, toDo: 1 }, false).result).toBe(
      'stopped',
    );
  });

  it('names the fault that ended it and when it may be repeated', () => {
    const retry = { kind: 'after', delayMs: 1_500.4 } as const;
    const error = new MigrationError({ code: 'targetThrottled', scope: 'account', retry, message: 'm' });
    expect(failedEnding(error)).toEqual({
      result: 'failed',
      error: { code: 'targetThrottled', message: 'm', retry: 'after', retryAfterMs: 1_500 },
    });
  });
});
