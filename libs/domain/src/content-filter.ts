/** The time in which a message was received: from inclusive, to exclusive; null is no bound. */
export interface ReceivedRange {
  from: Date | null;
  to: Date | null;
}

/** What is wrong with a ContentFilter, and where. */
export class ContentFilterError extends Error {}

const operators = ['-gt', '-ge', '-lt', '-le'] as const;
const dayPattern = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?: (\d{1,2}):(\d{2})(?::(\d{2}))? ?([AP]M)?)?$/i;
const secondMs = 1_000;

/**
 * Reads -ContentFilter of New-MigrationBatch as IMAP migrations have it: comparisons of Received joined by -and, for
 * instance `Received -gt '8/23/2015' -and Received -lt '8/23/2020'`. Dates are month/day/year as in Microsoft's
 * examples, or ISO 8601, in UTC. Seconds are the finest that INTERNALDATE knows, so `-gt` begins a second later.
 * @throws ContentFilterError
 */
export function readContentFilter(text: string): ReceivedRange {
  const range: ReceivedRange = { from: null, to: null };
  for (const part of withoutParentheses(text.trim()).split(/\s+-and\s+/i)) {
    const match = /^Received\s+(-\w+)\s+(['"])(.*)\2$/i.exec(withoutParentheses(part.trim()));
    const operator = operators.find((known) => known === match?.[1]?.toLowerCase());
    if (match === null || operator === undefined) {
      throw new ContentFilterError(
        `"${part.trim()}" is not a comparison such as Received -ge '8/23/2015' (-gt, -ge, -lt or -le, joined by -and).`,
      );
    }
    narrow(range, operator, readDate(match[3] ?? ''));
  }
  if (range.from !== null && range.to !== null && range.from >= range.to) {
    throw new ContentFilterError(
      'No message can be received after the end and before the beginning of a time.',
    );
  }
  return range;
}

function narrow(range: ReceivedRange, operator: (typeof operators)[number], date: Date): void {
  const next = new Date(date.getTime() + secondMs);
  if (operator === '-ge' || operator === '-gt') {
    const from = operator === '-ge' ? date : next;
    if (range.from === null || from > range.from) range.from = from;
    return;
  }
  const to = operator === '-lt' ? date : next;
  if (range.to === null || to < range.to) range.to = to;
}

function withoutParentheses(text: string): string {
  const inner = /^\(([^()]*)\)$/.exec(text)?.[1];
  return inner === undefined ? text : inner.trim();
}

function readDate(text: string): Date {
  const parts = dayPattern.exec(text.trim());
  const date = parts === null ? readIsoDate(text) : readAmericanDate(parts);
  if (date !== null && !Number.isNaN(date.getTime())) return date;
  throw new ContentFilterError(`"${text}" is not a date such as 8/23/2015 or 2015-08-23T00:00:00Z.`);
}

function readIsoDate(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return null;
  return new Date(/T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || text.length === 10 ? text : `${text}Z`);
}

function readAmericanDate([, month, day, year, hour, minute, second, half]: RegExpExecArray): Date | null {
  const hours =
    (Number(hour ?? 0) % (half === undefined ? 24 : 12)) + (half?.toUpperCase() === 'PM' ? 12 : 0);
  const date = new Date(
    Date.UTC(Number(year), Number(month) - 1, Number(day), hours, Number(minute ?? 0), Number(second ?? 0)),
  );
  const isSame = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isSame ? date : null;
}

/** Whether a message that was received then is wanted. */
export function isReceivedWithin(received: Date, { from, to }: ReceivedRange): boolean {
  return (from === null || received >= from) && (to === null || received < to);
}
