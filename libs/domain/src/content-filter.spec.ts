import { describe, expect, it } from 'vitest';
import { ContentFilterError, isReceivedWithin, readContentFilter } from './content-filter.js';

const utc = (text: string): Date => new Date(`${text}Z`);

describe('readContentFilter', () => {
  it("reads Microsoft's example", () => {
    expect(readContentFilter("Received -gt '8/23/2015' -and Received -lt '8/23/2020'")).toEqual({
      from: utc('2015-08-23T00:00:01'),
      to: utc('2020-08-23T00:00:00'),
    });
  });

  it.each([
    ["(Received -ge '2015-08-23')", utc('2015-08-23T00:00:00'), null],
    [
      '(Received -le \'8/23/2015 3:04 PM\') -and (Received -lt "8/23/2016")',
      null,
      utc('2015-08-23T15:04:01'),
    ],
    ["received -GE '8/23/2015 12:00 am'", utc('2015-08-23T00:00:00'), null],
    ["Received -lt '2015-08-23T10:00:00+02:00'", null, utc('2015-08-23T08:00:00')],
    ["Received -lt '2015-08-23T10:00'", null, utc('2015-08-23T10:00:00')],
  ])('reads %s', (text, from, to) => {
    expect(readContentFilter(text)).toEqual({ from, to });
  });

  it.each([
    '',
    "Sent -gt '8/23/2015'",
    "Received -eq '8/23/2015'",
    "Received -gt '8/23/2015' -or Received -lt '8/23/2020'",
    'Received -gt 8/23/2015',
    "Received -gt '23/8/2015'",
    "Received -gt '2/30/2015'",
    "Received -gt 'yesterday'",
    "Received -gt '8/23/2020' -and Received -lt '8/23/2015'",
  ])('refuses %j', (text) => {
    expect(() => readContentFilter(text)).toThrow(ContentFilterError);
  });

  it('takes the beginning of the time and not its end', () => {
    const range = readContentFilter("Received -ge '2015-08-23' -and Received -lt '2015-08-24'");
    expect(isReceivedWithin(utc('2015-08-23T00:00:00'), range)).toBe(true);
    expect(isReceivedWithin(utc('2015-08-23T23:59:59'), range)).toBe(true);
    expect(isReceivedWithin(utc('2015-08-24T00:00:00'), range)).toBe(false);
  });
});
