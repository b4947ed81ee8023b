import { type KeyObject, verify } from 'node:crypto';
import { z } from 'zod';

/** What Google's token endpoint knows of a service account and of the domain that it may act in. */
export interface GoogleAccount {
  clientEmail: string;
  keyId: string;
  publicKey: KeyObject;
  tokenUrl: string;
  /** Scopes that the domain's administrator delegated to it. */
  delegatedScopes: ReadonlySet<string>;
  users: ReadonlySet<string>;
}

/** An error of the token endpoint in Google's words. */
export interface TokenError {
  error: string;
  error_description: string;
}

const header = z.object({ alg: z.string(), kid: z.string().optional() });
const claims = z.object({
  iss: z.string(),
  sub: z.string().optional(),
  scope: z.string(),
  aud: z.string(),
  iat: z.number(),
  exp: z.number(),
});
const longestSeconds = 3600;
const skewSeconds = 300;

const refuse = (error: string, error_description: string): TokenError => ({ error, error_description });

/**
 * The user that an assertion asks a token for, or why there is none: signature, issuer, audience, times, scope and
 * user are checked (https://developers.google.com/identity/protocols/oauth2/service-account, "JWT error codes").
 */
export function readGoogleAssertion(
  assertion: string,
  account: GoogleAccount,
  nowSeconds: number,
): { user: string } | TokenError {
  const [head = '', body = '', signature = ''] = assertion.split('.');
  const read = z.object({ head: header, body: claims }).safeParse({ head: decode(head), body: decode(body) });
  if (!read.success) return refuse('invalid_grant', 'Bad Request');
  const { alg, kid } = read.data.head;
  const { iss, sub, scope, aud, iat, exp } = read.data.body;
  if (iss !== account.clientEmail) return refuse('invalid_grant', 'Invalid grant: account not found');
  const signed = Buffer.from(`${head}.${body}`);
  const isSigned = verify('RSA-SHA256', signed, account.publicKey, Buffer.from(signature, 'base64url'));
  if (alg !== 'RS256' || kid !== account.keyId || !isSigned)
    return refuse('invalid_grant', 'Invalid JWT Signature.');
  if (aud !== account.tokenUrl) return refuse('invalid_grant', 'Invalid JWT: Failed audience check.');
  const isTimely = iat <= nowSeconds + skewSeconds && exp > nowSeconds && exp - iat <= longestSeconds;
  if (!isTimely) {
    return refuse(
      'invalid_grant',
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    );
  }
  if (!scope.split(' ').every((each) => account.delegatedScopes.has(each))) {
    return refuse(
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    );
  }
  if (sub === undefined || !account.users.has(sub))
    return refuse('invalid_grant', 'Invalid email or User ID');
  return { user: sub };
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
