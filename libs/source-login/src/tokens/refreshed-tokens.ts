import type { RefreshTokenSettings } from '../oauth-settings.js';
import { type GrantedToken, requestToken } from './token-request.js';

/**
 * A token from a refresh token (RFC 6749 section 6). A client without a secret is a public one and names itself only.
 * @throws MigrationError sourceTokenRefused, sourceTokenUnavailable
 */
export function fetchRefreshedToken(
  settings: RefreshTokenSettings,
  clientSecret: string,
  refreshToken: string,
): Promise<GrantedToken> {
  const { tokenUrl, clientId, scope } = settings;
  const form = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    client_id: clientId,
    ...(clientSecret !== '' && { client_secret: clientSecret }),
    ...(scope !== '' && { scope }),
  };
  return requestToken({ provider: 'refreshToken', tokenUrl, form });
}
