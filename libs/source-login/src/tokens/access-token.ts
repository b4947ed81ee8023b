/** A token that opens a mailbox, and until when. */
export interface AccessToken {
  token: string;
  obtainedAtMs: number;
  expiresAtMs: number;
}

/** Where a token endpoint does not say for how long (RFC 6749 section 5.1 only recommends it). */
const assumedLifetimeMs = 5 * 60_000;
/** A login and the commands that follow must not be overtaken by the expiry. */
const marginMs = 60_000;

export function accessToken(token: string, obtainedAtMs: number, lifetimeMs: number | null): AccessToken {
  return { token, obtainedAtMs, expiresAtMs: obtainedAtMs + (lifetimeMs ?? assumedLifetimeMs) };
}

/** Whether a login may still begin with it: not in its last minute, or its last fifth where it lives for less. */
export function isGoodForLogin({ obtainedAtMs, expiresAtMs }: AccessToken, nowMs: number): boolean {
  return expiresAtMs - Math.min(marginMs, (expiresAtMs - obtainedAtMs) / 5) > nowMs;
}
