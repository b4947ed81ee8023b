import { DateTime, IANAZone } from 'luxon';
import { findIana } from 'windows-iana';
import { UsageError } from './usage-error.js';

/** Spellings of Microsoft's examples; ISO 8601 is read before them. */
const formats = [
  'M/d/yyyy h:mm:ss a',
  'M/d/yyyy h:mm a',
  'M/d/yyyy H:mm:ss',
  'M/d/yyyy H:mm',
  'M/d/yyyy',
  'yyyy-MM-dd H:mm:ss',
  'yyyy-MM-dd H:mm',
];

/**
 * The IANA name of -TimeZone, which may be one of Windows ("Pacific Standard Time"), one of IANA or UTC.
 * @throws UsageError
 */
export function readTimeZone(text: string): string {
  const known = findIana(text)[0] ?? text;
  if (IANAZone.isValidZone(known)) return known;
  throw new UsageError(`-TimeZone: "${text}" is neither a time zone of Windows nor of IANA.`);
}

/** A moment in UTC; where the text names no zone it is in `zone`. @throws UsageError */
export function readMoment(text: string, zone: string, written: string): string {
  const iso = DateTime.fromISO(text, { zone });
  const found = iso.isValid
    ? iso
    : formats
        .map((format) => DateTime.fromFormat(text, format, { zone, locale: 'en-US' }))
        .find((date) => date.isValid);
  const utc = found?.toUTC().toISO();
  if (typeof utc === 'string') return utc;
  throw new UsageError(
    `${written}: "${text}" is not a date and time such as 2026-11-24T18:00 or 11/24/2026 6:00 PM.`,
  );
}

const secondsOf = { d: 86_400, h: 3_600, m: 60, s: 1 } as const;

/**
 * A TimeSpan in milliseconds, as PowerShell writes it: days as a number, hh:mm:ss or d.hh:mm:ss; or 90m, 24h, 2d.
 * @throws UsageError
 */
export function readTimeSpan(text: string, written: string): number {
  const short = /^(\d+)([dhms])$/i.exec(text);
  const unit = short?.[2]?.toLowerCase();
  if (short !== null && (unit === 'd' || unit === 'h' || unit === 'm' || unit === 's')) {
    return Number(short[1]) * secondsOf[unit] * 1000;
  }
  const span = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  if (span !== null) {
    const [days = 0, hours = 0, minutes = 0, seconds = 0] = span
      .slice(1)
      .map((part: string | undefined) => Number(part ?? 0));
    if (hours < 24 || span[1] === undefined)
      return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
  }
  if (/^\d+$/.test(text)) return Number(text) * secondsOf.d * 1000;
  throw new UsageError(`${written}: "${text}" is not a time span such as 1.00:00:00, 12:00:00 or 24h.`);
}

/** Milliseconds as PowerShell shows a TimeSpan. */
export function printTimeSpan(milliseconds: number): string {
  const total = Math.round(milliseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const days = Math.floor(total / 86_400);
  const clock = [Math.floor(total / 3_600) % 24, Math.floor(total / 60) % 60, total % 60].map(two).join(':');
  return days === 0 ? clock : `${days}.${clock}`;
}
