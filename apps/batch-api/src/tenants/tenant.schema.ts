import { moment } from '@sterna/reports';
import { z } from 'zod';

export const tenantCreation = z
  .strictObject({
    tenantId: z
      .string()
      .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'must be lower-case letters, digits and hyphens')
      .optional(),
    name: z.string().trim().min(1).max(200),
    keepSubjects: z.boolean().default(false),
  })
  .meta({ id: 'TenantCreation' });
export const tenantView = z
  .object({ tenantId: z.string(), name: z.string(), keepSubjects: z.boolean(), createdAt: moment })
  .meta({ id: 'Tenant' });
export const apiKeyCreation = z
  .strictObject({ name: z.string().trim().min(1).max(200) })
  .meta({ id: 'ApiKeyCreation' });

/** The only time that the key itself is shown. */
export const apiKeyView = z
  .object({ keyId: z.string(), tenantId: z.string(), name: z.string(), key: z.string() })
  .meta({ id: 'NewApiKey' });
export const rewrapResult = z.object({ rewrapped: z.int() }).meta({ id: 'RewrapResult' });
