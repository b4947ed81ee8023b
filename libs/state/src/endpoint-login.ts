import { z } from 'zod';

/** What all ways to a token have; `secretId` names the sealed key or client secret. */
const login = {
  mechanism: z.enum(['auto', 'XOAUTH2', 'OAUTHBEARER']),
  scope: z.string(),
  secretId: z.string().min(1),
};

/** How an endpoint comes by the tokens that it logs in with; no secret is among it. */
export const endpointOAuthSchema = z.discriminatedUnion('provider', [
  z.object({ provider: z.literal('google'), ...login, clientEmail: z.string(), tokenUrl: z.string() }),
  z.object({
    provider: z.literal('microsoft'),
    ...login,
    authorityUrl: z.string(),
    entraTenantId: z.string(),
    clientId: z.string(),
  }),
  z.object({ provider: z.literal('refreshToken'), ...login, tokenUrl: z.string(), clientId: z.string() }),
]);
export type EndpointOAuth = z.infer<typeof endpointOAuthSchema>;
