import { z } from 'zod';
import { connectionSettings } from '../endpoints/endpoint.schema.js';

/** The body of Test-MigrationServerAvailability: a server, or the name of an endpoint. */
export const availabilityTest = z
  .union([
    connectionSettings
      .extend({
        credentials: z
          .strictObject({ userName: z.string().min(1).max(1000), password: z.string().min(1).max(1000) })
          .optional(),
      })
      .strict(),
    z.strictObject({
      endpoint: z.string().min(1),
      /** `password` is what the Password column of the row would have; not needed for OAuth of an application. */
      credentials: z
        .strictObject({
          userName: z.string().min(1).max(1000),
          emailAddress: z.string().max(1000).optional(),
          password: z.string().max(20_000).optional(),
        })
        .optional(),
    }),
  ])
  .meta({ id: 'AvailabilityTest' });

export const availabilityReport = z
  .object({
    ok: z.boolean(),
    steps: z.array(
      z.object({
        step: z.string(),
        ok: z.boolean(),
        detail: z.string(),
        advice: z.string().optional(),
      }),
    ),
    tls: z
      .object({
        protocol: z.string(),
        subject: z.string(),
        issuer: z.string(),
        validFrom: z.string(),
        validTo: z.string(),
        chain: z.array(z.string()),
        isTrusted: z.boolean(),
      })
      .nullable(),
    capabilities: z.array(z.string()),
    loginMethods: z.array(z.string()),
  })
  .meta({ id: 'AvailabilityReport' });
