import { describe, expect, it } from 'vitest';
import { classifyMicrosoftFault } from './microsoft-tokens.js';
import { classifyTokenRefusal } from './token-fault.js';

const answer = { status: 400, error: '', description: '', retryAfterMs: null, clockAheadMs: null };
const where = 'the token endpoint oauth2.googleapis.com';

/** As Google documents them: "JWT error codes" of its page on service accounts. */
const google: [error: string, description: string, advice: RegExp][] = [
  ['unauthorized_client', 'Unauthorized client or scope in request.', /Domain-wide delegation/],
  [
    'unauthorized_client',
    'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    /Domain-wide delegation/,
  ],
  ['access_denied', '', /Domain-wide delegation/],
  ['admin_policy_enforced', '', /policy/],
  ['invalid_client', '', /deleted or disabled/],
  ['disabled_client', 'The OAuth client was disabled.', /deleted or disabled/],
  ['deleted_client', 'The OAuth client was deleted.', /deleted or disabled/],
  ['invalid_grant', 'Not a valid email.', /no active user/],
  ['invalid_grant', 'Invalid email or User ID', /no active user/],
  ['invalid_grant', 'Invalid grant: account not found', /service account was deleted/],
  ['invalid_grant', 'Invalid JWT Signature.', /key of the service account/],
  [
    'invalid_grant',
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    /clock/,
  ],
  ['invalid_scope', 'Invalid OAuth scope or ID token audience provided.', /scope/],
  ['org_internal', '', /organisation/],
];

describe('a refused token', () => {
  it.each(google)('of Google, %s "%s", says what to do', (error, description, advice) => {
    const fault = classifyTokenRefusal({ ...answer, error, description }, { provider: 'google', where });
    expect(fault).toMatchObject({ code: 'sourceTokenRefused', retry: { kind: 'never' } });
    expect(fault.message).toMatch(advice);
    expect(fault.message).toContain(where);
  });

  it.each([
    ['invalid_client', 401, /client secret/],
    ['invalid_grant', 400, /consent again/],
    ['unauthorized_client', 400, /refresh tokens/],
    ['invalid_scope', 400, /scope/],
    ['something_new', 400, /refuses/],
  ])('of another server, %s, says what to do', (error, status, advice) => {
    const place = { provider: 'refreshToken' as const, where };
    const fault = classifyTokenRefusal({ ...answer, status, error }, place);
    expect(fault).toMatchObject({ code: 'sourceTokenRefused', retry: { kind: 'never' } });
    expect(fault.message).toMatch(advice);
  });

  it.each([
    ['AADSTS7000215: Invalid client secret provided.', 'invalid_client', /value of the secret/],
    ['AADSTS7000222: The provided client secret keys are expired.', 'invalid_client', /expired/],
    ['AADSTS700016: Application was not found.', 'unauthorized_client', /client id/],
    ['AADSTS65001: The user or administrator has not consented.', 'invalid_grant', /IMAP.AccessAsApp/],
    ['AADSTS500011: The resource principal was not found.', 'invalid_resource', /Exchange Online/],
    ['AADSTS99999: New.', 'invalid_request', /AADSTS99999/],
  ])('of Microsoft, %s, says what to do', (errorMessage, errorCode, advice) => {
    const error = Object.assign(new Error('refused'), { errorCode, errorMessage });
    const fault = classifyMicrosoftFault(error, 'login.microsoftonline.com');
    expect(fault).toMatchObject({ code: 'sourceTokenRefused', retry: { kind: 'never' } });
    expect(fault.message).toMatch(advice);
  });

  it('tells of a clock that is wrong', () => {
    const refusal = { ...answer, error: 'invalid_grant', clockAheadMs: -600_000 };
    expect(classifyTokenRefusal(refusal, { provider: 'google', where }).message).toContain('600 s behind');
  });

  it('repeats nothing of the answer but codes', () => {
    const refusal = { ...answer, error: 'No\r\nsuch', description: 'terry@contoso.com ya29.secret' };
    const { message } = classifyTokenRefusal(refusal, { provider: 'refreshToken', where });
    expect(message).not.toMatch(/terry|ya29|such/);
  });
});

describe('a token endpoint that gives none for now', () => {
  it.each([
    [429, '', 7_000, { kind: 'after', delayMs: 7_000 }],
    [429, '', null, { kind: 'backoff' }],
    [503, '', null, { kind: 'backoff' }],
    [500, 'internal_failure', null, { kind: 'backoff' }],
    [400, 'temporarily_unavailable', null, { kind: 'backoff' }],
    [403, 'rate_limit_exceeded', null, { kind: 'backoff' }],
  ])('HTTP %i %s is asked again', (status, error, retryAfterMs, retry) => {
    const refusal = { ...answer, status, error, retryAfterMs };
    const fault = classifyTokenRefusal(refusal, { provider: 'google', where });
    expect(fault).toMatchObject({ code: 'sourceTokenUnavailable', retry });
  });

  it('at Microsoft is asked again', () => {
    const fault = classifyMicrosoftFault(new TypeError('fetch failed'), 'login.microsoftonline.com');
    expect(fault).toMatchObject({ code: 'sourceTokenUnavailable', retry: { kind: 'backoff' } });
  });
});
