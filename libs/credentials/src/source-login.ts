/** SASL mechanisms that take an access token: Google's XOAUTH2, and OAUTHBEARER of RFC 7628. */
export const tokenMechanisms = ['XOAUTH2', 'OAUTHBEARER'] as const;
export type TokenMechanism = (typeof tokenMechanisms)[number];

/** A login by password, sent exactly as it stands. */
export interface PasswordLogin {
  userName: string;
  password: string;
  /** Authorization identity of SASL PLAIN (RFC 4616): whose mailbox the user opens. */
  authorizeAs?: string;
  /** The best that the server has unless given: SASL PLAIN, SASL LOGIN, then the command LOGIN. */
  method?: 'AUTH=PLAIN' | 'AUTH=LOGIN' | 'LOGIN';
}

/** A login by an access token; `auto` takes OAUTHBEARER where the server offers it, else XOAUTH2. */
export interface TokenLogin {
  userName: string;
  accessToken: string;
  mechanism: 'auto' | TokenMechanism;
}

/** What a server is told at a login. It is made anew for each connection: a token may have expired meanwhile. */
export type SourceLogin = PasswordLogin | TokenLogin;
