import { batchStatuses, ContentFilterError, readContentFilter, unknownWellKnownName } from '@sterna/domain';
import { batchView } from '@sterna/reports';
import { z } from 'zod';
import { pageOf, pageQuery } from '../page.js';

const folderPatterns = z
  .array(
    z
      .string()
      .min(1)
      .max(1000)
      .refine((pattern) => unknownWellKnownName(pattern) === null, {
        error: 'names no well-known folder: #Inbox#, #SentItems#, #DeletedItems#, #Drafts#, #JunkEmail#, …',
      }),
  )
  .max(1000);
const momentWithZone = z.iso.datetime({ offset: true }).nullable();
const itemLimit = z.int().min(0).max(1_000_000).nullable();
const addresses = z.array(z.email()).max(100);
const reportInterval = z
  .int()
  .min(0)
  .max(365 * 86_400_000);
const largestMessage = z
  .int()
  .min(1024)
  .max(150 * 1024 * 1024);
const syncInterval = z
  .int()
  .min(1000)
  .max(30 * 86_400_000);
const contentFilter = z
  .string()
  .max(1000)
  .superRefine((text, context) => {
    try {
      readContentFilter(text);
    } catch (error) {
      if (!(error instanceof ContentFilterError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

/**
 * What New-MigrationBatch takes beside the CSV. Times without a zone are not accepted; limits that are null are
 * unlimited. `autoComplete` completes a mailbox when it is Synced, as CompleteAfter of now does.
 */
export const batchSettings = z
  .strictObject({
    name: z.string().trim().min(1).max(64),
    sourceEndpoint: z.string().min(1),
    autoStart: z.boolean().default(false),
    autoComplete: z.boolean().default(false),
    allowUnknownColumnsInCsv: z.boolean().default(false),
    excludeFolders: folderPatterns.default([]),
    includeFolders: folderPatterns.default([]),
    contentFilter: contentFilter.nullable().default(null),
    badItemLimit: itemLimit.default(null),
    largeItemLimit: itemLimit.default(null),
    largeItemLimitBytes: largestMessage.default(35 * 1024 * 1024),
    maxItems: z.int().min(1).max(1_000_000).default(500_000),
    incrementalSyncIntervalMs: syncInterval.default(86_400_000),
    targetDeliveryDomain: z.hostname().nullable().default(null),
    startAfter: momentWithZone.default(null),
    completeAfter: momentWithZone.default(null),
    timeZone: z.string().min(1).max(100).default('UTC'),
    notificationEmails: addresses.default([]),
    reportIntervalMs: reportInterval.default(86_400_000),
    skipReports: z.boolean().default(false),
    skipDetails: z.boolean().default(false),
  })
  .meta({ id: 'BatchSettings' });
export type BatchSettings = z.output<typeof batchSettings>;

/** The JSON body: the settings and the CSV as text. */
export const batchCreation = batchSettings.extend({ csv: z.string().min(1) }).meta({ id: 'BatchCreation' });

const csvFile = z.string().meta({ contentMediaType: 'text/csv' });
/** The multipart body: the settings as fields and the CSV as the file `csv`. */
export const batchUpload = batchSettings.extend({ csv: csvFile }).meta({ id: 'BatchUpload' });

/** The settings of Set-MigrationBatch: what is left out stays. */
export const batchChange = z
  .strictObject({
    startAfter: momentWithZone.optional(),
    completeAfter: momentWithZone.optional(),
    badItemLimit: itemLimit.optional(),
    largeItemLimit: itemLimit.optional(),
    largeItemLimitBytes: largestMessage.optional(),
    incrementalSyncIntervalMs: syncInterval.optional(),
    notificationEmails: addresses.optional(),
    reportIntervalMs: reportInterval.optional(),
    skipReports: z.boolean().optional(),
    approveSkippedItems: z.boolean().optional(),
  })
  .meta({ id: 'BatchChange' });
export type BatchChange = z.output<typeof batchChange>;

/** Set-MigrationBatch -AddUsers: the CSV as text, as the file `csv` of a form, or as the body. */
export const userAdditionSettings = z.strictObject({ allowUnknownColumnsInCsv: z.boolean().default(false) });
export const userAddition = userAdditionSettings
  .extend({ csv: z.string().min(1) })
  .meta({ id: 'UserAddition' });
export const userUpload = userAdditionSettings.extend({ csv: csvFile }).meta({ id: 'UserUpload' });

const rowErrors = batchView.shape.rowErrors;
/** What New-MigrationBatch would do: nothing was made. */
export const batchPreview = z
  .object({ name: z.string(), sourceEndpoint: z.string(), totalCount: z.int(), rowErrors })
  .meta({ id: 'BatchPreview' });
export type BatchPreview = z.output<typeof batchPreview>;

/** `updated` mailboxes were there already and have the password of their row now. */
export const userAdditionResult = z
  .object({ added: z.int(), updated: z.int(), rowErrors, batch: batchView })
  .meta({ id: 'UserAdditionResult' });
export type UserAdditionResult = z.output<typeof userAdditionResult>;

/**
 * Complete-MigrationBatch. Without `at` it begins now; with `syncAndComplete` it is refused while a mailbox is
 * failed or stopped.
 */
export const batchCompletion = z
  .strictObject({ at: momentWithZone.default(null), syncAndComplete: z.boolean().default(false) })
  .meta({ id: 'BatchCompletion' });
export type BatchCompletion = z.output<typeof batchCompletion>;

export const batchPage = pageOf(batchView).meta({ id: 'BatchPage' });

export const batchQuery = pageQuery.extend({
  status: z.enum(batchStatuses).optional(),
  endpoint: z.string().optional(),
});
export const batchRemovalQuery = z.object({ forget: z.enum(['true', 'false']).default('false') });
