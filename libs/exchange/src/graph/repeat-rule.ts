/** What came of one attempt: a status with its Retry-After header, or no answer at all (status 0). */
export interface Attempt {
  method: string;
  status: number;
  retryAfter: string | null;
  /** 1 is the first attempt. */
  number: number;
  /** In [0, 1). */
  random: number;
  now: Date;
}

export type Repetition =
  | { kind: 'answer' }
  /** `mailboxWide`: the service asked for a pause, which holds for every request of the mailbox. */
  | { kind: 'repeat'; delayMs: number; mailboxWide: boolean };

const transientStatuses = new Set([0, 408, 500, 502, 503, 504, 509]);
const maxTransientAttempts = 6;

/**
 * Whether to send a request again, and after which pause. 429 was certainly not carried out and is repeated
 * for any method, with the server's Retry-After in full. A lost answer or a 5xx may follow a request that was
 * carried out: only methods that may be repeated (RFC 9110 section 9.2.2) are sent again here; a POST is
 * answered to its caller, who looks at the mailbox first.
 */
export function repetitionOf(attempt: Attempt): Repetition {
  const asked = parseRetryAfter(attempt.retryAfter, attempt.now);
  if (attempt.status === 429) {
    return { kind: 'repeat', delayMs: asked ?? growingPause(attempt), mailboxWide: true };
  }
  if (!transientStatuses.has(attempt.status) || attempt.method === 'POST') return { kind: 'answer' };
  if (attempt.number >= maxTransientAttempts) return { kind: 'answer' };
  return { kind: 'repeat', delayMs: asked ?? growingPause(attempt), mailboxWide: asked !== null };
}

/** Milliseconds of a Retry-After header, in seconds or as a date (RFC 9110 section 10.2.3); null without one. */
export function parseRetryAfter(header: string | null, now: Date): number | null {
  if (header === null) return null;
  const text = header.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000);
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : Math.max(0, date - now.getTime());
}

function growingPause(attempt: Attempt): number {
  const plain = Math.min(500 * 2 ** (attempt.number - 1), 60_000);
  return Math.round(plain * (0.8 + 0.4 * attempt.random));
}
