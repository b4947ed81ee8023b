import { MigrationError } from '@sterna/domain';
import type { OAuthProvider } from '../oauth-settings.js';
import { passingFault, type PassingFaultOptions } from '../passing-fault.js';

/** What a token endpoint answered instead of a token. */
export interface TokenRefusal {
  status: number;
  /** `error` of RFC 6749 section 5.2; '' when the answer has none. */
  error: string;
  /** Only compared with what is known, never repeated: it may name accounts. */
  description: string;
  retryAfterMs: number | null;
  /** How far this machine's clock is ahead of the endpoint's. */
  clockAheadMs: number | null;
}

/** Errors that pass by themselves (RFC 6749 section 4.1.2.1, and Google's). */
const passing = new Set([
  'server_error',
  'temporarily_unavailable',
  'slow_down',
  'internal_failure',
  'rate_limit_exceeded',
]);
/** Google takes an assertion that is some minutes off; beyond this the clock is the first thing to look at. */
const clockToleranceMs = 60_000;

type Advice = readonly [error: RegExp, description: RegExp, advice: string];

/** https://developers.google.com/identity/protocols/oauth2/service-account, "JWT error codes". */
const googleAdvice: readonly Advice[] = [
  [
    /^unauthorized_client$|^access_denied$/,
    /./s,
    'in the Admin console of Google Workspace, Security, API controls, "Domain-wide delegation": add the client id of the service account with the scope https://mail.google.com/; a change may take up to 24 hours',
  ],
  [/^admin_policy_enforced$/, /./s, 'a policy of the Google Workspace administrator forbids this scope'],
  [/^invalid_scope$/, /./s, 'the scope is not one that Google has; https://mail.google.com/ is that of IMAP'],
  [
    /^invalid_grant$/,
    /short-lived token|reasonable timeframe|iat|exp/i,
    "the clock of Sterna's machine is wrong; set it by NTP",
  ],
  [
    /^invalid_grant$/,
    /signature/i,
    'the key of the service account was deleted or is another account’s; make a new key file',
  ],
  [
    /^invalid_grant$/,
    /account not found/i,
    'the service account was deleted; make a new one and a key file for it',
  ],
  [
    /^invalid_grant$/,
    /email|user id/i,
    'Google Workspace has no active user of this name; UserName must be the primary address of the mailbox',
  ],
  [/^(invalid|deleted|disabled)_client$/, /./s, 'the service account was deleted or disabled'],
  [/^org_internal$/, /./s, 'the project of the service account takes only accounts of its own organisation'],
];

/** RFC 6749 section 5.2. */
const clientAdvice: readonly Advice[] = [
  [/^invalid_client$/, /./s, 'client id or client secret of the endpoint are wrong, or have expired'],
  [
    /^invalid_grant$/,
    /./s,
    'the refresh token of the row has expired, was used up or withdrawn; the owner of the mailbox must consent again',
  ],
  [/^unauthorized_client$/, /./s, 'the server does not let this client use refresh tokens'],
  [/^invalid_scope$/, /./s, 'the scope of the endpoint is more than its owner consented to'],
];

const unknownAdvice = 'the token endpoint refuses; its log says why';

/** Says what an answer without a token means, and what to do. Only codes of the answer are repeated. */
export function classifyTokenRefusal(
  refusal: TokenRefusal,
  place: { provider: Exclude<OAuthProvider, 'microsoft'>; where: string },
): MigrationError {
  const { status, retryAfterMs } = refusal;
  const error = /^[a-z_]{1,64}$/.test(refusal.error) ? refusal.error : '';
  const said = `${error} HTTP ${status}`.trim();
  if (status === 408 || status === 429 || status >= 500 || passing.has(error)) {
    return tokenUnavailable(`${place.where} gave no token for now (${said})`, { retryAfterMs });
  }
  const skew = refusal.clockAheadMs ?? 0;
  const clock =
    Math.abs(skew) > clockToleranceMs
      ? `; the clock of Sterna's machine is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? 'ahead of' : 'behind'} that of the token endpoint`
      : '';
  const advice = adviceOf(place.provider, error, refusal.description);
  return tokenRefused(`${place.where} refused a token: ${advice}${clock} (${said})`);
}

function adviceOf(provider: Exclude<OAuthProvider, 'microsoft'>, error: string, description: string): string {
  const table = provider === 'google' ? googleAdvice : clientAdvice;
  const found = table.find(
    ([errors, descriptions]) => errors.test(error) && descriptions.test(`${description} `),
  );
  return found?.[2] ?? unknownAdvice;
}

/** Somebody has to change something before there can be a token. */
export function tokenRefused(message: string, cause?: unknown): MigrationError {
  return new MigrationError({
    code: 'sourceTokenRefused',
    scope: 'account',
    retry: { kind: 'never' },
    message,
    cause,
  });
}

/** The token endpoint may give one later. */
export function tokenUnavailable(message: string, options?: PassingFaultOptions): MigrationError {
  return passingFault('sourceTokenUnavailable', message, options);
}
