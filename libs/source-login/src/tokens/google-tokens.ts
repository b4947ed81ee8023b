import { sign } from 'node:crypto';
import type { AccessToken } from './access-token.js';
import type { GoogleKey } from './google-key.js';
import { tokenRefused } from './token-fault.js';
import { requestToken } from './token-request.js';

/** The longest that Google allows. */
const assertionSeconds = 3600;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * The assertion by which a service account asks for a token in the name of a user (RFC 7523 section 3, signed by
 * RS256): https://developers.google.com/identity/protocols/oauth2/service-account, "Creating a JWT".
 * @throws MigrationError sourceTokenRefused when the private key cannot be used
 */
export function googleAssertion(
  key: GoogleKey,
  { user, scope }: { user: string; scope: string },
  nowMs: number,
): string {
  const issuedAt = Math.floor(nowMs / 1000);
  const header = { alg: 'RS256', typ: 'JWT', kid: key.private_key_id };
  const claims = {
    iss: key.client_email,
    sub: user,
    scope,
    aud: key.token_uri,
    iat: issuedAt,
    exp: issuedAt + assertionSeconds,
  };
  const signed = `${encode(header)}.${encode(claims)}`;
  try {
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.private_key).toString('base64url')}`;
  } catch (error) {
    throw tokenRefused('the private key of the service account cannot be used', error);
  }
}

/** A token for the mailbox of a user. @throws MigrationError sourceTokenRefused, sourceTokenUnavailable */
export async function fetchGoogleToken(
  key: GoogleKey,
  mailbox: { user: string; scope: string },
): Promise<AccessToken> {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: googleAssertion(key, mailbox, Date.now()),
  };
  return (await requestToken({ provider: 'google', tokenUrl: key.token_uri, form })).access;
}
