/** The pause that Retry-After asks for, in seconds or as a date (RFC 9110 section 10.2.3); null without one. */
export function readRetryAfterMs(headers: Headers, nowMs = Date.now()): number | null {
  const text = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - nowMs);
}
