import type { TokenMechanism } from '@sterna/credentials';

interface TokenLoginSettings {
  mechanism: 'auto' | TokenMechanism;
  /** What the token is good for; '' asks for what the grant has anyway. */
  scope: string;
  /** Of the sealed secret: GoogleSecret or ClientSecret. */
  secretId: string;
}

/** A service account with domain-wide delegation, which asks for a token in the name of each user. */
export interface GoogleSettings extends TokenLoginSettings {
  provider: 'google';
}

/** An application of Microsoft Entra that may open mailboxes by itself (IMAP.AccessAsApp). */
export interface MicrosoftSettings extends TokenLoginSettings {
  provider: 'microsoft';
  /** Root of the sign-in service of the cloud. */
  authorityUrl: string;
  entraTenantId: string;
  clientId: string;
}

/** A client of any OAuth 2.0 server; the password of each row is a refresh token of its mailbox. */
export interface RefreshTokenSettings extends TokenLoginSettings {
  provider: 'refreshToken';
  tokenUrl: string;
  clientId: string;
}

/** How an endpoint comes by the tokens that it logs in with. */
export type OAuthSettings = GoogleSettings | MicrosoftSettings | RefreshTokenSettings;
export type OAuthProvider = OAuthSettings['provider'];
