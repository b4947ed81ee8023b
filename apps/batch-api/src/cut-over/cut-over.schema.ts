import { batchView, moment } from '@sterna/reports';
import { z } from 'zod';

/** `complete` plans the completion for the end of the grace, once all domains have been switched. */
export const cutOverRequest = z
  .strictObject({
    graceHours: z.int().min(0).max(720).default(72),
    complete: z.boolean().default(false),
  })
  .meta({ id: 'CutOverRequest' });
export type CutOverRequest = z.output<typeof cutOverRequest>;

export const cutOverSteps = ['initialSync', 'mxRecords', 'grace', 'lastSync', 'complete', 'remove'] as const;

/** Where a batch is on its way from the old server to the new, and what is next. */
export const cutOverView = z
  .object({
    batch: batchView,
    domains: z.array(
      z.object({
        domain: z.string(),
        mailboxes: z.int(),
        mailExchangers: z.array(z.object({ exchange: z.string(), priority: z.int() })),
        expected: z.string(),
        isSwitched: z.boolean(),
        error: z.string().nullable(),
      }),
    ),
    mxSwitchedAt: moment.nullable(),
    graceEndsAt: moment.nullable(),
    steps: z.array(z.object({ step: z.enum(cutOverSteps), isDone: z.boolean(), advice: z.string() })),
  })
  .meta({ id: 'CutOver' });
export type CutOver = z.output<typeof cutOverView>;
