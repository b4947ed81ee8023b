import { userStatuses } from '@sterna/domain';
import { missedMessageView, moment, tallyView, userFields, userSummaries, userView } from '@sterna/reports';
import { z } from 'zod';
import { pageOf, pageQuery } from '../page.js';

export const userPage = pageOf(userView).meta({ id: 'UserPage' });
export const missedPage = pageOf(missedMessageView).meta({ id: 'MissedMessagePage' });

const seconds = z.number().min(0);

/**
 * Get-MigrationUserStatistics. The rate is over the time that passes ran; null before the first. `durations` are
 * the seconds that the user spent waiting, synchronising, and synced. `passes` has the last 100.
 */
export const userStatistics = userFields
  .extend({
    folders: z.array(z.object({ path: z.string(), tally: tallyView })),
    statusHistory: z.array(z.object({ status: z.enum(userStatuses), at: moment, reason: z.string() })),
    bytesMigrated: z.int(),
    rate: z.object({ messagesPerSecond: z.number(), bytesPerSecond: z.number(), seconds }).nullable(),
    durations: z.object({ queued: seconds, inProgress: seconds, synced: seconds }),
    passes: z.array(
      z.object({
        number: z.int(),
        kind: z.enum(['initial', 'incremental', 'forced']),
        startedAt: moment.nullable(),
        endedAt: moment.nullable(),
        result: z.enum(['done', 'failed', 'stopped']).nullable(),
        error: z.object({ code: z.string(), message: z.string() }).nullable(),
      }),
    ),
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

const momentWithZone = z.iso.datetime({ offset: true }).nullable();

/** Set-MigrationUser: what is left out stays; its times win over those of the batch. */
export const userChange = z
  .strictObject({
    startAfter: momentWithZone.optional(),
    completeAfter: momentWithZone.optional(),
    approveSkippedItems: z.boolean().optional(),
  })
  .meta({ id: 'UserChange' });
export type UserChange = z.output<typeof userChange>;
