import { ConfidentialClientApplication, type INetworkModule, type NodeAuthOptions } from '@azure/msal-node';
import { JsonNetwork } from './json-network.js';

/** An application registered in Microsoft Entra, and where it signs in. */
export interface ApplicationCredentials {
  /** Root of the sign-in service, such as https://login.microsoftonline.com. */
  authority: URL;
  entraTenantId: string;
  clientId: string;
  clientSecret: string;
}

export interface ApplicationToken {
  accessToken: string;
  /** Null where the service did not say. */
  expiresAt: Date | null;
}

/** Sign-in services whose metadata MSAL knows; any other gets its metadata from us, without discovery. */
const knownToMsal = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.microsoftonline.de',
]);

/**
 * The application's tokens by client credentials
 * (https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow). MSAL caches them and
 * renews them five minutes before they expire.
 *
 * A lib of its own, for a source may be Microsoft 365 as a target is, and neither may know the other.
 */
export class ApplicationSignIn {
  readonly #application: ConfidentialClientApplication;
  readonly #scope: string;

  /** `scope` is that of a whole resource: `https://graph.microsoft.com/.default`. */
  constructor(credentials: ApplicationCredentials, scope: string) {
    this.#scope = scope;
    this.#application = new ConfidentialClientApplication({
      auth: authOptions(credentials),
      system: { networkClient: network(credentials.authority) },
    });
  }

  /** @throws whatever MSAL throws; `readSignInFault` says what it means */
  async acquire(options: { skipCache: boolean }): Promise<ApplicationToken> {
    const { skipCache } = options;
    const result = await this.#application.acquireTokenByClientCredential({
      scopes: [this.#scope],
      skipCache,
    });
    if (result === null) throw new Error('the sign-in service gave no token');
    return { accessToken: result.accessToken, expiresAt: result.expiresOn };
  }
}

function authOptions(credentials: ApplicationCredentials): NodeAuthOptions {
  const { authority, entraTenantId, clientId, clientSecret } = credentials;
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
