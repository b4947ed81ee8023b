import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type GoogleAccount, readGoogleAssertion } from './google-assertion.js';

const own = generateKeyPairSync('rsa', { modulusLength: 2048 });
const other = generateKeyPairSync('rsa', { modulusLength: 2048 });
const now = 1_700_000_000;
const account: GoogleAccount = {
  clientEmail: 'sterna@project.iam.gserviceaccount.com',
  keyId: 'k1',
  publicKey: own.publicKey,
  tokenUrl: 'https://oauth2.googleapis.com/token',
  delegatedScopes: new Set(['https://mail.google.com/']),
  users: new Set(['terry@contoso.com']),
};
const claims = {
  iss: account.clientEmail,
  sub: 'terry@contoso.com',
  scope: 'https://mail.google.com/',
  aud: account.tokenUrl,
  iat: now,
  exp: now + 3600,
};

function assertionOf(changes: Partial<Record<keyof typeof claims, unknown>>, key = own): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'k1' })}.${encode({ ...claims, ...changes })}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

describe("Google's token endpoint", () => {
  it('gives a token for the user whom a good assertion names', () => {
    expect(readGoogleAssertion(assertionOf({}), account, now)).toEqual({ user: 'terry@contoso.com' });
  });

  it.each([
    ['another service account', { iss: 'x@y' }, 'invalid_grant', 'account not found'],
    ['another audience', { aud: 'https://elsewhere' }, 'invalid_grant', 'audience'],
    ['another scope', { scope: 'https://mail.google.com/ openid' }, 'unauthorized_client', 'scopes'],
    ['a user of another domain', { sub: 'ann@fabrikam.com' }, 'invalid_grant', 'User ID'],
    ['no user', { sub: undefined }, 'invalid_grant', 'User ID'],
    ['a time past', { iat: now - 7200, exp: now - 3600 }, 'invalid_grant', 'short-lived'],
    ['a time to come', { iat: now + 600, exp: now + 4000 }, 'invalid_grant', 'short-lived'],
    ['more than an hour', { exp: now + 3601 }, 'invalid_grant', 'short-lived'],
  ])('refuses an assertion for %s', (_, changes, error, words) => {
    const answer = readGoogleAssertion(assertionOf(changes), account, now);
    expect(answer).toMatchObject({ error });
    expect('error' in answer ? answer.error_description : '').toContain(words);
  });

  it('refuses the signature of another key, and text', () => {
    expect(readGoogleAssertion(assertionOf({}, other), account, now)).toMatchObject({
      error_description: 'Invalid JWT Signature.',
    });
    expect(readGoogleAssertion('a.b.c', account, now)).toMatchObject({ error: 'invalid_grant' });
  });
});
