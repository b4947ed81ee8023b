import { readSecureUrl } from '@sterna/entra';
import { type GoogleKey, readGoogleKey } from '@sterna/source-login';
import type { Endpoint } from '@sterna/state';
import { ProblemError } from '../problems/problem.js';
import type { OAuthWish } from './endpoint-oauth.schema.js';

type OAuth = NonNullable<Endpoint['oauth']>;
type WithoutSecret<Of> = Of extends unknown ? Omit<Of, 'secretId'> : never;

/** What an endpoint is to have: settings to keep as they are, and a secret to seal; null keeps the sealed one. */
export interface PlannedOAuth {
  settings: WithoutSecret<OAuth>;
  secret: { serviceAccountKey: GoogleKey } | { clientSecret: string } | null;
}

/**
 * Reads a wish for OAuth beside what the endpoint has. A stored secret goes on only with the same application at the
 * same address: nobody who may change an endpoint gets its secret sent elsewhere.
 * @throws ProblemError requestInvalid
 */
export function planOAuth(wish: OAuthWish, before: Endpoint['oauth']): PlannedOAuth {
  const { provider, mechanism, scope } = wish;
  switch (provider) {
    case 'google': {
      const { serviceAccountKey: text } = wish;
      if (text === undefined) {
        if (before?.provider !== 'google') throw secretMissing('serviceAccountKey');
        const { clientEmail, tokenUrl } = before;
        return { settings: { provider, mechanism, scope, clientEmail, tokenUrl }, secret: null };
      }
      const serviceAccountKey = readGoogleKey(text);
      if (serviceAccountKey === null) throw keyInvalid();
      const { client_email: clientEmail, token_uri: tokenUrl } = serviceAccountKey;
      requireSecure(tokenUrl, 'oauth.serviceAccountKey');
      return {
        settings: { provider, mechanism, scope, clientEmail, tokenUrl },
        secret: { serviceAccountKey },
      };
    }
    case 'microsoft': {
      const { authorityUrl, entraTenantId, clientId } = wish;
      requireSecure(authorityUrl, 'oauth.authorityUrl');
      const settings = { provider, mechanism, scope, authorityUrl, entraTenantId, clientId };
      return { settings, secret: secretOf(wish.clientSecret, settings, before) };
    }
    case 'refreshToken': {
      const { tokenUrl, clientId } = wish;
      requireSecure(tokenUrl, 'oauth.tokenUrl');
      const settings = { provider, mechanism, scope, tokenUrl, clientId };
      return { settings, secret: secretOf(wish.clientSecret, settings, before) };
    }
  }
}

function secretOf(
  clientSecret: string | undefined,
  settings: WithoutSecret<OAuth>,
  before: Endpoint['oauth'],
): PlannedOAuth['secret'] {
  if (clientSecret !== undefined) return { clientSecret };
  if (before === null || placeOf(before) !== placeOf(settings)) throw secretMissing('clientSecret');
  return null;
}

/** Who asks for a token, and where. */
function placeOf(oauth: WithoutSecret<OAuth>): string {
  const { mechanism: _, scope: __, ...place } = oauth;
  return JSON.stringify({ ...place, secretId: undefined }, Object.keys(place).sort());
}

/** A token in plain text would open the mailbox for whoever listens (RFC 6750 section 5.3). @throws ProblemError */
export function requireEncryption(security: Endpoint['security']): void {
  if (security !== 'None') return;
  throw new ProblemError('requestInvalid', {
    what: 'An endpoint that logs in by OAuth cannot have Security None.',
    where: 'security',
    expected: 'Ssl or Tls',
  });
}

function requireSecure(url: string, where: string): void {
  if (readSecureUrl(url) !== null) return;
  throw new ProblemError('requestInvalid', {
    what: `Secrets are not sent to ${url}.`,
    where,
    expected: 'An address that begins with https://',
  });
}

function secretMissing(name: string): ProblemError {
  return new ProblemError('requestInvalid', {
    what: `oauth.${name} is missing, and no secret of this application at this address is stored.`,
    where: `oauth.${name}`,
    expected: 'The secret; it may be left out when only mechanism or scope change.',
  });
}

function keyInvalid(): ProblemError {
  return new ProblemError('requestInvalid', {
    what: 'oauth.serviceAccountKey is not the key file of a service account.',
    where: 'oauth.serviceAccountKey',
    expected: 'The JSON file that Google made with the key: type "service_account", with an RSA private_key.',
  });
}
