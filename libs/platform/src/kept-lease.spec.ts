import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptLease, type RenewedLease } from './kept-lease.js';
import { createLogger } from './logger.js';

const logger = createLogger({ service: 'test', level: 'fatal' });

beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

describe('a lease', () => {
  it('is renewed until it is released', async () => {
    const renew = vi.fn(() => Promise.resolve({ stopRequested: false }));
    const lease = new KeptLease({ leaseMs: 100, renewMs: 5, isStopRequested: false, renew, logger });
    await vi.waitFor(() => expect(renew.mock.calls.length).toBeGreaterThan(2));
    lease.release();
    expect(lease.lost.aborted).toBe(false);
  });

  it('is lost when the store says so, and passes on the wish to stop', async () => {
    const answers: (RenewedLease | null)[] = [{ stopRequested: true }, null];
    const lease = new KeptLease({
      leaseMs: 100,
      renewMs: 5,
      isStopRequested: false,
      renew: () => Promise.resolve(answers.shift() ?? null),
      logger,
    });
    await vi.waitFor(() => expect(lease.stopRequested.aborted).toBe(true));
    await vi.waitFor(() => expect(lease.lost.aborted).toBe(true));
  });

  it('is lost before its time is over when the store does not answer', async () => {
    const renew = vi.fn(() => Promise.reject(new Error('away')));
    const lease = new KeptLease({ leaseMs: 30_000, renewMs: 5, isStopRequested: false, renew, logger });
    await vi.waitFor(() => expect(renew).toHaveBeenCalled());
    expect(lease.lost.aborted).toBe(false);
    vi.setSystemTime(Date.now() + 29_999);
    await vi.waitFor(() => expect(lease.lost.aborted).toBe(true));
  });

  it('knows from its claim that it is to stop', () => {
    const lease = new KeptLease({
      leaseMs: 100,
      renewMs: 50,
      isStopRequested: true,
      renew: () => Promise.resolve(null),
      logger,
    });
    expect(lease.stopRequested.aborted).toBe(true);
    lease.release();
  });
});
