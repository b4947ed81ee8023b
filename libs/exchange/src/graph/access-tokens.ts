import { ApplicationSignIn, readSecureUrl } from '@sterna/entra';
import { MigrationError } from '@sterna/domain';
import { classifySignInFault } from './sign-in-faults.js';

export interface TargetCredentials {
  /** Root of Microsoft Graph without a version, such as https://graph.microsoft.com. */
  graphUrl: string;
  /** Root of the sign-in service, such as https://login.microsoftonline.com. */
  authorityUrl: string;
  entraTenantId: string;
  clientId: string;
  clientSecret: string;
}

/** The application's tokens for Graph; requests that meet at an empty cache share one sign-in. */
export class AccessTokens {
  readonly #signIn: ApplicationSignIn;
  #pending: Promise<string> | null = null;
  #current: string | null = null;

  constructor(credentials: TargetCredentials) {
    const { authorityUrl, graphUrl, ...application } = credentials;
    const authority = requireSecure(authorityUrl, 'the sign-in service');
    const scope = `${new URL(graphUrl).origin.replace(/^http:/, 'https:')}/.default`;
    this.#signIn = new ApplicationSignIn({ ...application, authority }, scope);
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
      const { accessToken } = await this.#signIn.acquire({ skipCache });
      this.#current = accessToken;
      return accessToken;
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
  const url = readSecureUrl(text);
  if (url !== null) return url;
  throw new MigrationError({
    code: 'targetSignInRefused',
    scope: 'account',
    retry: { kind: 'never' },
    message: `${what} must be reached by an https address, not by '${text}'; correct the target of the tenant`,
  });
}
