import { describe, expect, it } from 'vitest';
import { printTimeSpan, readMoment, readTimeSpan, readTimeZone } from './time-value.js';
import { UsageError } from './usage-error.js';

describe('readMoment', () => {
  it.each([
    ['2026-11-24T18:00', 'UTC', '2026-11-24T18:00:00.000Z'],
    ['2026-11-24T18:00+02:00', 'UTC', '2026-11-24T16:00:00.000Z'],
    ['2026-11-24', 'UTC', '2026-11-24T00:00:00.000Z'],
    ['11/24/2026 6:00 PM', 'UTC', '2026-11-24T18:00:00.000Z'],
    ['11/24/2026 18:00', 'America/Los_Angeles', '2026-11-25T02:00:00.000Z'],
    ['7/24/2026 18:00', 'America/Los_Angeles', '2026-07-25T01:00:00.000Z'],
  ])('%s in %s is %s', (text, zone, expected) => {
    expect(readMoment(text, zone, '-StartAfter')).toBe(expected);
  });

  it.each(['', 'tomorrow', '24/11/2026', '2026-02-30'])('refuses %j', (text) => {
    expect(() => readMoment(text, 'UTC', '-StartAfter')).toThrow(UsageError);
  });
});

describe('readTimeZone', () => {
  it.each([
    ['Pacific Standard Time', 'America/Los_Angeles'],
    ['UTC', 'Etc/UTC'],
    ['Europe/Berlin', 'Europe/Berlin'],
  ])('%s is %s', (text, expected) => {
    expect(readTimeZone(text)).toBe(expected);
  });

  it('refuses what is neither', () => {
    expect(() => readTimeZone('Middle Earth')).toThrow(UsageError);
  });
});

describe('a time span', () => {
  it.each([
    ['1.00:00:00', 86_400_000, '1.00:00:00'],
    ['24:00:00', 86_400_000, '1.00:00:00'],
    ['12:30', 45_000_000, '12:30:00'],
    ['2', 172_800_000, '2.00:00:00'],
    ['90m', 5_400_000, '01:30:00'],
    ['0', 0, '00:00:00'],
  ])('%s is %i ms and shown as %s', (text, milliseconds, shown) => {
    expect(readTimeSpan(text, '-ReportInterval')).toBe(milliseconds);
    expect(printTimeSpan(milliseconds)).toBe(shown);
  });

  it.each(['', 'daily', '1.25:00:00', '-1'])('refuses %j', (text) => {
    expect(() => readTimeSpan(text, '-ReportInterval')).toThrow(UsageError);
  });
});
