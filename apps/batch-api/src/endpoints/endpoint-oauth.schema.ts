import type { Endpoint } from '@sterna/state';
import { z } from 'zod';

const mechanism = z.enum(['auto', 'XOAUTH2', 'OAUTHBEARER']);
const secureUrl = z.url().max(2000);
const scope = z.string().max(1000);
/** Written only: no answer has it. */
const secret = z.string().min(1).max(20_000);
const name = z.string().trim().min(1).max(255);

/**
 * How an endpoint logs in by OAuth 2.0. `google`: the JSON key file of a service account with domain-wide delegation.
 * `microsoft`: an application with IMAP.AccessAsApp. `refreshToken`: a client of any server; the Password column has
 * a refresh token for each mailbox. A secret may be left out of a change of mechanism or scope alone.
 */
export const oauthSettings = z
  .discriminatedUnion('provider', [
    z.strictObject({
      provider: z.literal('google'),
      mechanism: mechanism.default('auto'),
      scope: scope.default('https://mail.google.com/'),
      serviceAccountKey: secret.optional(),
    }),
    z.strictObject({
      provider: z.literal('microsoft'),
      mechanism: mechanism.default('auto'),
      scope: scope.default('https://outlook.office365.com/.default'),
      authorityUrl: secureUrl.default('https://login.microsoftonline.com'),
      entraTenantId: name,
      clientId: name,
      clientSecret: secret.optional(),
    }),
    z.strictObject({
      provider: z.literal('refreshToken'),
      mechanism: mechanism.default('auto'),
      scope: scope.default(''),
      tokenUrl: secureUrl,
      clientId: name,
      /** '' is a public client. */
      clientSecret: z.string().max(20_000).optional(),
    }),
  ])
  .meta({ id: 'EndpointOAuthSettings' });
export type OAuthWish = z.output<typeof oauthSettings>;

/** What of it is shown. */
export const oauthView = z
  .discriminatedUnion('provider', [
    z.object({
      provider: z.literal('google'),
      mechanism,
      scope: z.string(),
      clientEmail: z.string(),
      tokenUrl: z.string(),
    }),
    z.object({
      provider: z.literal('microsoft'),
      mechanism,
      scope: z.string(),
      authorityUrl: z.string(),
      entraTenantId: z.string(),
      clientId: z.string(),
    }),
    z.object({
      provider: z.literal('refreshToken'),
      mechanism,
      scope: z.string(),
      tokenUrl: z.string(),
      clientId: z.string(),
    }),
  ])
  .meta({ id: 'EndpointOAuth' });

export const passwordSource = z.enum(['csv', 'external']);

/** Without the id of the secret. */
export function viewOAuth(oauth: Endpoint['oauth']): z.output<typeof oauthView> | null {
  return oauth === null ? null : oauthView.parse(oauth);
}
