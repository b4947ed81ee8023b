import { describe, expect, it } from 'vitest';
import { parseRetryAfter, repetitionOf } from './repeat-rule.js';

const now = new Date('2026-01-01T00:00:00Z');
const attempt = { method: 'GET', status: 503, retryAfter: null, number: 1, random: 0.5, now };

describe('whether a request is sent again', () => {
  it.each([
    [
      '429 with the pause asked for, in full',
      { status: 429, retryAfter: '300', method: 'POST' },
      300_000,
      true,
    ],
    ['429 without one, after a growing pause', { status: 429, number: 3 }, 2_000, true],
    ['503 of a GET', { status: 503 }, 500, false],
    ['503 of a GET with a pause, for the whole mailbox', { status: 503, retryAfter: '2' }, 2_000, true],
    ['a lost answer of a GET', { status: 0, number: 2 }, 1_000, false],
  ])('yes: %s', (_name, change, delayMs, mailboxWide) => {
    expect(repetitionOf({ ...attempt, ...change })).toEqual({ kind: 'repeat', delayMs, mailboxWide });
  });

  it.each([
    ['a lost answer of a POST, which may have been carried out', { status: 0, method: 'POST' }],
    ['503 of a POST', { status: 503, method: 'POST' }],
    ['an error that repeating does not mend', { status: 400 }],
    ['a success', { status: 200 }],
    ['the sixth failure', { number: 6 }],
  ])('no: %s', (_name, change) => {
    expect(repetitionOf({ ...attempt, ...change })).toEqual({ kind: 'answer' });
  });
});

describe('Retry-After', () => {
  it.each([
    ['5', 5_000],
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
    ['soon', null],
    [null, null],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
