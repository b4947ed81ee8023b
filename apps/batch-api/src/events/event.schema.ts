import { z } from 'zod';
import { batchView } from '../batches/batch.schema.js';
import { userView } from '../users/user.schema.js';

/** The data of a `progress` event. Of a large batch the 200 users that are at work or failed come first. */
export const progressEvent = z
  .object({ at: z.iso.datetime(), batch: batchView, users: z.array(userView) })
  .meta({ id: 'ProgressEvent' });
export type ProgressEvent = z.output<typeof progressEvent>;
