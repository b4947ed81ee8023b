import { batchStatuses } from '@sterna/domain';
import { z } from 'zod';
import { moment, pageOf, pageQuery } from '../page.js';
import { tallyView } from '../tally.schema.js';

const folderNames = z.array(z.string().min(1).max(1000)).max(1000).default([]);

/** What New-MigrationBatch takes beside the CSV. Times without a zone are not accepted. */
export const batchSettings = z
  .strictObject({
    name: z.string().trim().min(1).max(64),
    sourceEndpoint: z.string().min(1),
    autoStart: z.boolean().default(false),
    allowUnknownColumnsInCsv: z.boolean().default(false),
    excludeFolders: folderNames,
    includeFolders: folderNames,
    largeItemLimitBytes: z
      .int()
      .min(1024)
      .max(150 * 1024 * 1024)
      .default(35 * 1024 * 1024),
    maxItems: z.int().min(1).max(1_000_000).default(500_000),
    incrementalSyncIntervalMs: z
      .int()
      .min(1000)
      .max(30 * 86_400_000)
      .default(86_400_000),
    startAfter: z.iso.datetime({ offset: true }).nullable().default(null),
    completeAfter: z.iso.datetime({ offset: true }).nullable().default(null),
    notificationEmails: z.array(z.email()).max(100).default([]),
    skipDetails: z.boolean().default(false),
  })
  .meta({ id: 'BatchSettings' });
export type BatchSettings = z.output<typeof batchSettings>;

/** The JSON body: the settings and the CSV as text. */
export const batchCreation = batchSettings.extend({ csv: z.string().min(1) }).meta({ id: 'BatchCreation' });

/** The multipart body: the settings as fields and the CSV as the file `csv`. */
export const batchUpload = batchSettings
  .extend({ csv: z.string().meta({ contentMediaType: 'text/csv' }) })
  .meta({ id: 'BatchUpload' });

const userCounts = z.object({
  total: z.int(),
  active: z.int(),
  synced: z.int(),
  completed: z.int(),
  failed: z.int(),
  stopped: z.int(),
});

export const batchView = z
  .object({
    batchId: z.string(),
    name: z.string(),
    status: z.enum(batchStatuses),
    statusHistory: z.array(z.object({ status: z.enum(batchStatuses), at: moment, reason: z.string() })),
    sourceEndpoint: z.string(),
    totalCount: z.int(),
    users: userCounts,
    tally: tallyView,
    percentageComplete: z.int().min(0).max(100),
    excludeFolders: z.array(z.string()),
    includeFolders: z.array(z.string()),
    largeItemLimitBytes: z.int(),
    maxItems: z.int(),
    incrementalSyncIntervalMs: z.int(),
    startAfter: moment.nullable(),
    completeAfter: moment.nullable(),
    notificationEmails: z.array(z.string()),
    skipDetails: z.boolean(),
    createdAt: moment,
    startedAt: moment.nullable(),
    lastSyncedAt: moment.nullable(),
    rowErrors: z.array(
      z.object({ line: z.int(), emailAddress: z.string(), code: z.string(), message: z.string() }),
    ),
  })
  .meta({ id: 'Batch' });
export type BatchView = z.output<typeof batchView>;
export const batchPage = pageOf(batchView).meta({ id: 'BatchPage' });

export const batchQuery = pageQuery.extend({
  status: z.enum(batchStatuses).optional(),
  endpoint: z.string().optional(),
});
export const batchRemovalQuery = z.object({ forget: z.enum(['true', 'false']).default('false') });
