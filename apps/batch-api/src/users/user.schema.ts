import { outcomeReasons, userStatuses } from '@sterna/domain';
import { z } from 'zod';
import { moment, pageOf, pageQuery } from '../page.js';
import { tallyView } from '../tally.schema.js';

export const userSummaries = ['Active', 'Synced', 'Completed', 'Failed', 'Stopped'] as const;

const userFields = z.object({
  userId: z.string(),
  emailAddress: z.string(),
  userName: z.string(),
  userRoot: z.string(),
  batchId: z.string(),
  status: z.enum(userStatuses),
  statusSummary: z.enum(userSummaries),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tally: tallyView,
  percentageComplete: z.int().min(0).max(100),
  passNumber: z.int(),
  lastSuccessfulSyncAt: moment.nullable(),
  nextSyncAt: moment.nullable(),
});
export const userView = userFields.meta({ id: 'User' });
export type UserView = z.output<typeof userView>;
export const userPage = pageOf(userView).meta({ id: 'UserPage' });

export const missedMessageView = z
  .object({
    folder: z.string(),
    uid: z.int(),
    outcome: z.enum(['filtered', 'skipped', 'failed', 'vanished']),
    reason: z.enum(outcomeReasons),
    explanation: z.string(),
    sizeBytes: z.int(),
    messageId: z.string().nullable(),
    subject: z.string().nullable(),
  })
  .meta({ id: 'MissedMessage' });
export type MissedMessageView = z.output<typeof missedMessageView>;
export const missedPage = pageOf(missedMessageView).meta({ id: 'MissedMessagePage' });

/** Get-MigrationUserStatistics. The rate is over the time that passes ran; null before the first. */
export const userStatistics = userFields
  .extend({
    folders: z.array(z.object({ path: z.string(), tally: tallyView })),
    statusHistory: z.array(z.object({ status: z.enum(userStatuses), at: moment, reason: z.string() })),
    bytesMigrated: z.int(),
    rate: z
      .object({ messagesPerSecond: z.number(), bytesPerSecond: z.number(), seconds: z.number() })
      .nullable(),
    missed: z.array(missedMessageView),
    missedNextCursor: z.string().nullable(),
  })
  .meta({ id: 'UserStatistics' });
export type UserStatistics = z.output<typeof userStatistics>;

export const userQuery = pageQuery.extend({
  batch: z.string().optional(),
  status: z.enum(userStatuses).optional(),
  statusSummary: z.enum(userSummaries).optional(),
});
