import { loginNamesOf, type PasswordLogin, type SourceLogin } from '@sterna/credentials';
import { asMigrationError, MigrationError } from '@sterna/domain';
import { z } from 'zod';
import type { OAuthProvider, OAuthSettings } from './oauth-settings.js';
import { passwordMissing, type PasswordStore, passwordUnavailable } from './passwords/password-store.js';
import type { LoginRequest } from './source-account.js';
import type { SecretCabinet } from './stored-account.js';
import type { AccessToken } from './tokens/access-token.js';
import { googleKeySchema } from './tokens/google-key.js';
import { fetchGoogleToken } from './tokens/google-tokens.js';
import { fetchMicrosoftToken } from './tokens/microsoft-tokens.js';
import { fetchRefreshedToken } from './tokens/refreshed-tokens.js';
import { TokenCache } from './tokens/token-cache.js';

/** What is sealed for an endpoint that logs in as a service account. */
export const googleSecret = z.object({ serviceAccountKey: googleKeySchema });
/** What is sealed for the other providers; '' for a public client. */
export const clientSecret = z.object({ clientSecret: z.string() });

const refusalAdvice: Readonly<Record<OAuthProvider, string>> = {
  google:
    'IMAP must be switched on for the user in the Admin console (Gmail, End user access), and the scope be https://mail.google.com/',
  microsoft:
    'the application needs IMAP.AccessAsApp with admin consent, a service principal in Exchange Online (New-ServicePrincipal) and FullAccess to the mailbox (Add-MailboxPermission); IMAP must be enabled for the mailbox',
  refreshToken: 'check that the token belongs to this mailbox and its scope includes IMAP',
};

/**
 * What each login at a source is made of: the password of the row, one from outside, or a token. Tokens are shared by
 * all passes of the process and renewed in time; passwords from outside are asked for at each login and not kept.
 */
export class SourceLogins {
  readonly #secrets: SecretCabinet;
  readonly #passwords: PasswordStore | null;
  readonly #tokens = new TokenCache();

  /** `passwords` is null where the operator configured no store. */
  constructor(options: { secrets: SecretCabinet; passwords: PasswordStore | null }) {
    this.#secrets = options.secrets;
    this.#passwords = options.passwords;
  }

  /** Whether the operator configured a store for passwords. */
  get hasPasswordStore(): boolean {
    return this.#passwords !== null;
  }

  /**
   * Connects by `open`. When the server refuses a token that was in use for a while, once more with a new one: the
   * server's clock may be ahead, or the token was withdrawn.
   * @throws MigrationError as `open` does; sourceTokenRefused, sourceTokenUnavailable, sourcePasswordMissing,
   * sourcePasswordUnavailable, secretUnreadable
   */
  async connect<Session>(
    request: LoginRequest,
    open: (login: SourceLogin) => Promise<Session>,
  ): Promise<Session> {
    const { oauth } = request.endpoint;
    if (oauth === null) return open(await this.#passwordLogin(request));
    const { mechanism, provider } = oauth;
    const { userName } = request.account;
    const first = await this.#tokenOf(request, oauth);
    try {
      return await open({ userName, accessToken: first.token, mechanism });
    } catch (error) {
      if (!isRefused(error)) throw error;
      if (first.isFresh) throw explained(error, provider);
    }
    const second = await this.#tokenOf(request, oauth, first.token);
    try {
      return await open({ userName, accessToken: second.token, mechanism });
    } catch (error) {
      throw isRefused(error) ? explained(error, provider) : error;
    }
  }

  async #passwordLogin(request: LoginRequest): Promise<PasswordLogin> {
    const { reading: _, ...names } = loginNamesOf(request.account.userName, request.endpoint);
    return { ...names, password: await this.#passwordOf(request) };
  }

  async #passwordOf({ endpoint, account, signal }: LoginRequest): Promise<string> {
    const cell = await account.password.read();
    if (endpoint.passwordSource === 'csv') {
      if (cell !== '') return cell;
      throw passwordMissing(
        'the row has no password, and its endpoint wants one: add the row with a password',
      );
    }
    if (this.#passwords === null) {
      throw passwordUnavailable(
        'the endpoint wants passwords from outside, but neither STERNA_CREDENTIAL_COMMAND nor STERNA_CREDENTIAL_URL is set',
      );
    }
    const { tenantId, name } = endpoint;
    const { emailAddress, userName } = account;
    return this.#passwords.find(
      { tenantId, endpoint: name, emailAddress, userName, reference: cell },
      signal,
    );
  }

  #tokenOf(request: LoginRequest, oauth: OAuthSettings, refused?: string) {
    const { tenantId, endpointId } = request.endpoint;
    // an application's token opens all mailboxes, the others that of one user
    const user = oauth.provider === 'microsoft' ? null : request.account.userName;
    const key = JSON.stringify([tenantId, endpointId, oauth, user]);
    return this.#tokens.get(key, () => this.#fetch(request, oauth), refused);
  }

  async #fetch(request: LoginRequest, oauth: OAuthSettings): Promise<AccessToken> {
    const secret = await this.#secrets.open(request.endpoint.tenantId, oauth.secretId);
    switch (oauth.provider) {
      case 'google': {
        const { serviceAccountKey } = googleSecret.parse(secret);
        return fetchGoogleToken(serviceAccountKey, { user: request.account.userName, scope: oauth.scope });
      }
      case 'microsoft':
        return fetchMicrosoftToken(oauth, clientSecret.parse(secret).clientSecret);
      case 'refreshToken': {
        // others may wait for the same token: nobody's signal ends it
        const { signal: _, ...shared } = request;
        const known = await this.#passwordOf(shared);
        const granted = await fetchRefreshedToken(oauth, clientSecret.parse(secret).clientSecret, known);
        const { refreshToken } = granted;
        const isOurs = request.endpoint.passwordSource === 'csv';
        if (isOurs && refreshToken !== null && refreshToken !== known) {
          await request.account.password.replace(refreshToken);
        }
        return granted.access;
      }
    }
  }
}

const isRefused = (error: unknown): boolean => asMigrationError(error).code === 'sourceLoginRefused';

function explained(error: unknown, provider: OAuthProvider): MigrationError {
  const { code, scope, retry, message } = asMigrationError(error);
  const advice = refusalAdvice[provider];
  return new MigrationError({ code, scope, retry, message: `${message}; ${advice}`, cause: error });
}
