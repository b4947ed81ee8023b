import { batchView, userView } from '@sterna/reports';
import { z } from 'zod';

/** The data of a `progress` event. Of a large batch the 200 users that are at work or failed come first. */
export const progressEvent = z
  .object({ at: z.iso.datetime(), batch: batchView, users: z.array(userView) })
  .meta({ id: 'ProgressEvent' });
export type ProgressEvent = z.output<typeof progressEvent>;
