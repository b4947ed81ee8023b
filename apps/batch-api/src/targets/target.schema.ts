import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/ });

/** How a tenant's Exchange Online is reached with client credentials. */
export const targetSettings = z
  .strictObject({
    graphUrl: httpUrl.default('https://graph.microsoft.com'),
    authorityUrl: httpUrl.default('https://login.microsoftonline.com'),
    entraTenantId: z.string().min(1).max(200),
    clientId: z.string().min(1).max(200),
    clientSecret: z.string().min(1).max(2000),
  })
  .meta({ id: 'TargetSettings' });

/** The secret is never shown again. */
export const targetView = z
  .object({
    graphUrl: z.string(),
    authorityUrl: z.string(),
    entraTenantId: z.string(),
    clientId: z.string(),
    hasClientSecret: z.boolean(),
  })
  .meta({ id: 'Target' });
