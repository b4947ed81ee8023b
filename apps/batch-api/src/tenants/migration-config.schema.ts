import { batchStatuses, userStatuses } from '@sterna/domain';
import { batchView } from '@sterna/reports';
import { z } from 'zod';

const limit = z.int().min(1).max(1_000_000).nullable();
const days = z.int().min(1).max(3650).nullable();

/** null is unlimited, or never. Microsoft's lifetimes by default: 60 days Synced, 90 Stopped or Failed, 60 Completed. */
export const migrationConfigView = z
  .object({
    maxConcurrentMigrations: limit,
    maxNumberOfBatches: limit,
    stopSyncedAfterDays: days,
    removeStoppedAfterDays: days,
    removeCompletedAfterDays: days,
  })
  .meta({ id: 'MigrationConfig' });

export const migrationConfigChange = z
  .strictObject({
    maxConcurrentMigrations: limit.optional(),
    maxNumberOfBatches: limit.optional(),
    stopSyncedAfterDays: days.optional(),
    removeStoppedAfterDays: days.optional(),
    removeCompletedAfterDays: days.optional(),
  })
  .meta({ id: 'MigrationConfigChange' });

const count = z.int().min(0);
export const migrationStatistics = z
  .object({
    batches: count,
    batchStatuses: z.array(z.object({ status: z.enum(batchStatuses), count })),
    users: batchView.shape.users,
    userStatuses: z.array(z.object({ status: z.enum(userStatuses), count })),
  })
  .meta({ id: 'MigrationStatistics' });
export type MigrationStatistics = z.output<typeof migrationStatistics>;
