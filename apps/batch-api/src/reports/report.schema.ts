import { z } from 'zod';
import { batchView } from '../batches/batch.schema.js';
import { missedMessageView, userView } from '../users/user.schema.js';
import { moment } from '../page.js';

/**
 * What became of every mailbox. `missed` lists up to 1,000 messages a mailbox; more of them are under
 * users/{user}/missed while the batch exists (`missedTruncated`).
 */
export const batchReport = z
  .object({
    createdAt: moment,
    isFinal: z.boolean(),
    batch: batchView,
    users: z.array(
      userView
        .extend({ missed: z.array(missedMessageView), missedTruncated: z.boolean() })
        .meta({ id: 'UserReport' }),
    ),
  })
  .meta({ id: 'BatchReport' });
export type BatchReport = z.output<typeof batchReport>;
export const csvText = z.string();
