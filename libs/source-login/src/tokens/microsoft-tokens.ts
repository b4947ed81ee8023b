import type { MigrationError } from '@sterna/domain';
import { ApplicationSignIn, readSecureUrl, readSignInFault } from '@sterna/entra';
import type { MicrosoftSettings } from '../oauth-settings.js';
import { type AccessToken, accessToken } from './access-token.js';
import { tokenRefused, tokenUnavailable } from './token-fault.js';

/** https://learn.microsoft.com/entra/identity-platform/reference-error-codes */
const adviceByNumber: Readonly<Record<string, string>> = {
  AADSTS7000215: 'the client secret is wrong; it is the value of the secret, not its id',
  AADSTS7000222: 'the client secret has expired; make a new one',
  AADSTS700016:
    'the directory does not know the application; check client id and tenant id, and consent to it',
  AADSTS7000229:
    'the application has no service principal in this directory; an administrator has to consent',
  AADSTS65001: 'an administrator has to consent to IMAP.AccessAsApp of "Office 365 Exchange Online"',
  AADSTS90002: 'the directory does not exist; check the tenant id and the address of the national cloud',
  AADSTS900023: 'the tenant id is neither an id nor a domain of a directory',
  AADSTS500011: 'the directory has no Exchange Online, or the scope belongs to another cloud',
  AADSTS1002012: 'the scope must end with /.default',
  AADSTS7000112: 'the application is disabled in this directory',
};

/**
 * A token of the application, for all mailboxes that it may open
 * (https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth).
 * @throws MigrationError sourceTokenRefused, sourceTokenUnavailable
 */
export async function fetchMicrosoftToken(
  settings: MicrosoftSettings,
  clientSecret: string,
): Promise<AccessToken> {
  const { authorityUrl, entraTenantId, clientId, scope } = settings;
  const authority = readSecureUrl(authorityUrl);
  if (authority === null) throw tokenRefused('the sign-in service must be reached by an https address');
  const signIn = new ApplicationSignIn({ authority, entraTenantId, clientId, clientSecret }, scope);
  const askedAtMs = Date.now();
  try {
    const token = await signIn.acquire({ skipCache: true });
    const lifetimeMs = token.expiresAt === null ? null : token.expiresAt.getTime() - askedAtMs;
    return accessToken(token.accessToken, askedAtMs, lifetimeMs);
  } catch (error) {
    throw classifyMicrosoftFault(error, authority.host);
  }
}

/** What a failed sign-in means for a source. */
export function classifyMicrosoftFault(error: unknown, host: string): MigrationError {
  const { isFinal, code, number } = readSignInFault(error);
  const said = `${code} ${number}`.trim();
  if (!isFinal) return tokenUnavailable(`${host} gave no token: ${said || 'no answer'}`, { cause: error });
  const advice = adviceByNumber[number] ?? 'check tenant id, client id and client secret of the endpoint';
  return tokenRefused(`${host} refused a token: ${advice} (${said})`, error);
}
