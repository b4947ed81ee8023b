import { ConfidentialClientApplication, type INetworkModule, type NodeAuthOptions } from '@azure/msal-node';
import { MigrationError } from '@sterna/domain';
import { classifySignInFault } from './sign-in-faults.js';
import { JsonNetwork } from './json-network.js';

export interface TargetCredentials {
  /** Root of Microsoft Graph without a version, such as https://graph.microsoft.com. */
  graphUrl: string;
  /** Root of the sign-in service, such as https://login.microsoftonline.com. */
  authorityUrl: string;
  entraTenantId: string;
  clientId: string;
  clientSecret: string;
}

/** Sign-in services whose metadata MSAL knows; any other gets its metadata from us, without discovery. */
const knownToMsal = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.microsoftonline.de',
]);

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * The application's tokens for Graph by client credentials
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). MSAL caches them and
 * renews them shortly before they expire; requests that meet at an empty cache share one sign-in.
 */
export class AccessTokens {
  readonly #application: ConfidentialClientApplication;
  readonly #scope: string;
  #pending: Promise<string> | null = null;
  #current: string | null = null;

  constructor(credentials: TargetCredentials) {
    const authority = requireSecure(credentials.authorityUrl, 'the sign-in service');
    this.#scope = `${new URL(credentials.graphUrl).origin.replace(/^http:/, 'https:')}/.default`;
    this.#application = new ConfidentialClientApplication({
      auth: authOptions(credentials, authority),
      system: { networkClient: network(authority) },
    });
  }

  /**
   * A token that was valid a moment ago. `rejected` is a token that Graph answered 401 to: it is not given again.
   * @throws MigrationError targetSignInRefused or targetUnavailable.
   */
  async get(rejected: string | null = null): Promise<string> {
    const token = await this.#share(rejected !== null && rejected === this.#current);
    // the sign-in that was under way may have given the rejected token once more
    return token === rejected ? this.#share(true) : token;
  }

  async #share(skipCache: boolean): Promise<string> {
    this.#pending ??= this.#acquire(skipCache).finally(() => {
      this.#pending = null;
    });
    return this.#pending;
  }

  async #acquire(skipCache: boolean): Promise<string> {
    try {
      const result = await this.#application.acquireTokenByClientCredential({
        scopes: [this.#scope],
        skipCache,
      });
      if (result === null) throw new Error('the sign-in service gave no token');
      this.#current = result.accessToken;
      return result.accessToken;
    } catch (error) {
      throw classifySignInFault(error);
    }
  }
}

/**
 * Refuses to send secrets and tokens in the clear, unless to this very machine.
 * @throws MigrationError targetSignInRefused
 */
export function requireSecure(text: string, what: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === 'https:') return url;
  if (url?.protocol === 'http:' && loopback.has(url.hostname)) return url;
  throw new MigrationError({
    code: 'targetSignInRefused',
    scope: 'account',
    retry: { kind: 'never' },
    message: `${what} must be reached by an https address, not by '${text}'; correct the target of the tenant`,
  });
}

function authOptions(credentials: TargetCredentials, authority: URL): NodeAuthOptions {
  const { entraTenantId, clientId, clientSecret } = credentials;
  const issuer = `https://${authority.host}/${entraTenantId}`;
  const options = { clientId, clientSecret, authority: issuer };
  if (knownToMsal.has(authority.hostname)) return options;
  return {
    ...options,
    knownAuthorities: [authority.host],
    authorityMetadata: JSON.stringify({
      issuer: `${issuer}/v2.0`,
      authorization_endpoint: `${issuer}/oauth2/v2.0/authorize`,
      token_endpoint: `${issuer}/oauth2/v2.0/token`,
      jwks_uri: `${issuer}/discovery/v2.0/keys`,
    }),
  };
}

function network(authority: URL): INetworkModule {
  return new JsonNetwork((url) => (authority.protocol === 'http:' ? url.replace(/^https:/, 'http:') : url));
}
