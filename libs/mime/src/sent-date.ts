import type { RepairNotes } from './converted-message.js';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Zone names of RFC 5322 section 4.3 in minutes from UTC, and some that European systems write. */
const zones: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['utc', 0],
  ['gmt', 0],
  ['z', 0],
  ['edt', -240],
  ['est', -300],
  ['cdt', -300],
  ['cst', -360],
  ['mdt', -360],
  ['mst', -420],
  ['pdt', -420],
  ['pst', -480],
  ['bst', 60],
  ['wet', 0],
  ['west', 60],
  ['cet', 60],
  ['met', 60],
  ['mez', 60],
  ['cest', 120],
  ['mest', 120],
  ['mesz', 120],
  ['eet', 120],
  ['eest', 180],
  ['msk', 180],
  ['jst', 540],
]);

/** day month year hours:minutes[:seconds] [zone], with what RFC 5322 section 4.3 still allows. */
const dateTime =
  /\b(\d{1,2})[ -]([a-z]{3})[a-z]{0,6}[ ,.-]{1,2}(\d{2,4}),? {1,2}(\d{1,2}) ?[:.] ?(\d{1,2})(?: ?[:.] ?(\d{1,2}))?(?:\.\d{1,9})?(?: ?([+-] ?\d{1,2}:?\d{2}\b|[a-z]{1,4}\b))?/i;
/** The form of ctime and mbox: month day hours:minutes:seconds [zone] year. */
const ctime =
  /\b([a-z]{3}) {1,2}(\d{1,2}) (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ([+-]\d{4}|[a-z]{1,4}))? (\d{4})(?: ([+-]\d{4}))?/i;
const isoForm =
  /^(\d{4})-(\d{2})-(\d{2})[t ](\d{2}):(\d{2})(?::(\d{2}))?(?:\.\d{1,9})? ?([+-]\d{2}:?\d{2}|[a-z]{1,4}\b)?/i;

/** RFC 5322 section 4.3: years of two digits are 1950 to 2049, of three digits count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year;
  return digits.length === 3 ? 1900 + year : year;
}

/** Minutes from UTC; what is not known counts as UTC, as RFC 5322 section 4.3 says of unknown zone names. */
function zoneMinutes(zone: string | undefined): number {
  const digits = /^([+-]) ?(\d{1,2}):?(\d{2})$/.exec(zone ?? '');
  if (digits === null) return zones.get((zone ?? '').toLowerCase()) ?? 0;
  const minutes = Number(digits[2]) * 60 + Number(digits[3]);
  return digits[1] === '-' ? -minutes : minutes;
}

interface DateWords {
  year: string;
  month: number;
  day: string;
  time: readonly (string | undefined)[];
  zone: string | undefined;
}

function dateWordsOf(text: string): DateWords | null {
  const usual = dateTime.exec(text);
  if (usual !== null) {
    const [, day = '', month = '', year = '', ...rest] = usual;
    return { year, month: months.indexOf(month.toLowerCase()), day, time: rest.slice(0, 3), zone: rest[3] };
  }
  const old = ctime.exec(text);
  if (old !== null) {
    const [, month = '', day = '', hour, minute, second, zone, year = '', lateZone] = old;
    const time = [hour, minute, second];
    return { year, month: months.indexOf(month.toLowerCase()), day, time, zone: zone ?? lateZone };
  }
  const iso = isoForm.exec(text);
  if (iso === null) return null;
  const [, year = '', month = '', day = '', hour, minute, second, zone] = iso;
  return { year, month: Number(month) - 1, day, time: [hour, minute, second], zone };
}

/** Comments (RFC 5322 section 3.2.2) and folding become single blanks; only the first 200 characters can be a date. */
function plainDate(raw: string): string {
  return raw
    .slice(0, 200)
    .replace(/\([^()]*\)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * The Date field (RFC 5322 section 3.3). Null for what is not a date, and for years in which there was no mail
 * (before 1971) or that nobody has seen yet (after 2100): such a time comes from a clock that was not set.
 */
export function readSentDate(raw: string | undefined, repairs: RepairNotes): Date | null {
  if (raw === undefined || raw === '') return null;
  const words = dateWordsOf(plainDate(raw));
  if (words !== null && words.month >= 0) {
    const [hour, minute, second] = words.time.map((part) => Number(part ?? 0));
    const year = fullYear(words.year);
    const day = Number(words.day);
    const isInRange = year >= 1971 && year <= 2100 && day >= 1 && day <= 31 && words.month <= 11;
    if (isInRange && hour !== undefined && hour <= 24 && (minute ?? 0) <= 59 && (second ?? 0) <= 60) {
      const local = Date.UTC(year, words.month, day, hour, minute, second);
      return new Date(local - zoneMinutes(words.zone) * 60_000);
    }
  }
  repairs.add('dateUnreadable');
  return null;
}
