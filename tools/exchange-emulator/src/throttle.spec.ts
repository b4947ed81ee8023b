import { describe, expect, it } from 'vitest';
import { GraphError } from './graph-error.js';
import { documentedLimits, Throttle } from './throttle.js';

function refusalOf(
  work: () => unknown,
): { status: number; message: string; retryAfter: string | undefined } | null {
  try {
    work();
    return null;
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    return { status: error.status, message: error.message, retryAfter: error.headers['retry-after'] };
  }
}

describe('Throttle', () => {
  it('lets four requests of an application into a mailbox at once', () => {
    const throttle = new Throttle(documentedLimits);
    const leases = [1, 2, 3, 4].map(() => throttle.enter('app', 'a', 0));
    expect(refusalOf(() => throttle.enter('app', 'a', 0))).toEqual({
      status: 429,
      message: 'Application is over its MailboxConcurrency limit.',
      retryAfter: '1',
    });
    expect(refusalOf(() => throttle.enter('app', 'b', 0))).toBeNull();
    expect(refusalOf(() => throttle.enter('other', 'a', 0))).toBeNull();
    leases[0]?.leave();
    leases[0]?.leave();
    expect(refusalOf(() => throttle.enter('app', 'a', 0))).toBeNull();
    expect(refusalOf(() => throttle.enter('app', 'a', 0))).not.toBeNull();
  });

  it('refuses the 10,001st request within ten minutes until the first is ten minutes old', () => {
    let now = 0;
    const throttle = new Throttle(documentedLimits, () => now);
    for (let n = 0; n < 10_000; n += 1) {
      throttle.enter('app', 'a', 0).leave();
      if (n === 0) now = 100_000;
    }
    const refusal = refusalOf(() => throttle.enter('app', 'a', 0));
    expect(refusal).toMatchObject({
      message: 'Application is over its RequestRate limit.',
      retryAfter: '500',
    });
    now = 600_000;
    expect(refusalOf(() => throttle.enter('app', 'a', 0))).toBeNull();
  });

  it('refuses uploads past 150 MB within five minutes', () => {
    let now = 0;
    const throttle = new Throttle(documentedLimits, () => now);
    for (let n = 0; n < 50; n += 1) throttle.enter('app', 'a', 3 * 1024 * 1024).leave();
    const refusal = refusalOf(() => throttle.enter('app', 'a', 1));
    expect(refusal).toMatchObject({
      message: 'Application is over its IncomingBytes limit.',
      retryAfter: '300',
    });
    expect(refusalOf(() => throttle.enter('app', 'a', 0).leave())).toBeNull();
    now = 300_000;
    expect(refusalOf(() => throttle.enter('app', 'a', 1))).toBeNull();
  });

  it('has no limit where null is given', () => {
    const throttle = new Throttle({
      concurrentRequests: null,
      requestsPer10Minutes: null,
      uploadBytesPer5Minutes: null,
    });
    for (let n = 0; n < 10_001; n += 1) throttle.enter('app', 'a', 1024 * 1024);
    expect(refusalOf(() => throttle.enter('app', 'a', 0))).toBeNull();
  });
});
