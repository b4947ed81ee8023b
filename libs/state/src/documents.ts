import { batchStatuses, specialUses, userStatuses, wellKnownFolders } from '@sterna/domain';
import { z } from 'zod';
import { endpointOAuthSchema } from './endpoint-login.js';

/** The documents as they are in MongoDB; every one carries its tenant, and each is parsed when it is read. */
const date = z.date();
const id = z.string().min(1);

export const targetSchema = z.object({
  graphUrl: z.string(),
  authorityUrl: z.string(),
  entraTenantId: z.string(),
  clientId: z.string(),
  clientSecretId: z.string(),
});

const days = z.number().int().min(1).nullable();

/** What Set-MigrationConfig changes; null is unlimited, or never. */
export const migrationConfigSchema = z.object({
  /** Mailboxes of the tenant that synchronise at once. */
  maxConcurrentMigrations: z.number().int().min(1).nullable().default(null),
  maxNumberOfBatches: z.number().int().min(1).nullable().default(100),
  /** A batch that is Synced and that nobody touched for so long is stopped; Microsoft's 60 days. */
  stopSyncedAfterDays: days.default(60),
  /** Microsoft's 90 days. */
  removeStoppedAfterDays: days.default(90),
  /** Microsoft's 60 days. */
  removeCompletedAfterDays: days.default(60),
});
export type MigrationConfig = z.infer<typeof migrationConfigSchema>;
export const defaultMigrationConfig: MigrationConfig = migrationConfigSchema.parse({});

export const tenantSchema = z.object({
  tenantId: id,
  name: z.string(),
  target: targetSchema.nullable(),
  keepSubjects: z.boolean(),
  config: migrationConfigSchema.default(defaultMigrationConfig),
  createdAt: date,
});
export type Tenant = z.infer<typeof tenantSchema>;

export const apiKeySchema = z.object({
  keyId: id,
  tenantId: id,
  /** SHA-256 of the key in hex; the key itself is shown once and kept nowhere. */
  hash: z.string(),
  name: z.string(),
  createdAt: date,
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const endpointSchema = z.object({
  endpointId: id,
  tenantId: id,
  name: z.string(),
  nameKey: z.string(),
  type: z.literal('IMAP'),
  remoteServer: z.string(),
  port: z.number().int(),
  security: z.enum(['None', 'Ssl', 'Tls']),
  acceptUntrustedCertificates: z.boolean(),
  caCertificate: z.string().nullable(),
  /** How the UserNames of its batches are read; `auto` recognises what cannot be anything else. */
  userNameFormat: z.enum(['auto', 'plain', 'dovecot', 'exchange', 'mirapoint']).default('auto'),
  /** Dovecot's auth_master_user_separator. */
  userNameSeparator: z.string().min(1).default('*'),
  /** Whether the administrator in a UserName logs in by SASL PLAIN and names the mailbox as authorization identity. */
  authorizationIdentity: z.boolean().default(false),
  /** Whether each label of a message at Gmail becomes a copy; otherwise it is migrated once. */
  copyPerLabel: z.boolean().default(false),
  /** SHA-256 of the certificate that the server must show, in hex; null for any that is trusted. */
  certificateFingerprint: z.string().nullable().default(null),
  minimumTlsVersion: z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']).default('TLSv1.2'),
  /** Null: by user name and password. */
  oauth: endpointOAuthSchema.nullable().default(null),
  /** external: the Password column has references, and a command or store of the operator the passwords. */
  passwordSource: z.enum(['csv', 'external']).default('csv'),
  /** Where folders of the source go, for those whose name or use does not say it. */
  folderMapping: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  /** Mailboxes in their initial pass at once; null is unlimited. */
  maxConcurrentMigrations: z.number().int().nullable(),
  /** Mailboxes in an incremental pass at once; null is unlimited. */
  maxConcurrentIncrementalSyncs: z.number().int().nullable(),
  createdAt: date,
});
export type Endpoint = z.infer<typeof endpointSchema>;

const change = <Status extends readonly [string, ...string[]]>(statuses: Status) =>
  z.object({ status: z.enum(statuses), at: date, reason: z.string() });

export const batchSchema = z.object({
  batchId: id,
  tenantId: id,
  name: z.string().min(1).max(64),
  nameKey: z.string(),
  endpointId: id,
  status: z.enum(batchStatuses),
  statusHistory: z.array(change(batchStatuses)),
  totalCount: z.number().int(),
  excludeFolders: z.array(z.string()),
  includeFolders: z.array(z.string()),
  /** Only messages that the source received in this time; from inclusive, to exclusive. */
  receivedFrom: date.nullable().default(null),
  receivedTo: date.nullable().default(null),
  contentFilter: z.string().nullable().default(null),
  /** Messages that may fail in a mailbox before the mailbox does; null is any number. */
  badItemLimit: z.number().int().nullable().default(null),
  /** Messages over largeItemLimitBytes that a mailbox may have before it fails; null is any number. */
  largeItemLimit: z.number().int().nullable().default(null),
  targetDeliveryDomain: z.string().nullable().default(null),
  timeZone: z.string().default('UTC'),
  largeItemLimitBytes: z.number().int(),
  maxItems: z.number().int(),
  incrementalSyncIntervalMs: z.number().int(),
  startAfter: date.nullable(),
  completeAfter: date.nullable(),
  notificationEmails: z.array(z.string()),
  /** The pause between two status reports by mail; 0 is never. */
  reportIntervalMs: z.number().int().default(86_400_000),
  skipReports: z.boolean().default(false),
  lastReportAt: date.nullable().default(null),
  skipDetails: z.boolean(),
  createdAt: date,
  createdBy: z.string().default(''),
  mxSwitchedAt: date.nullable().default(null),
  /** Since when nobody did anything with it, and it did nothing but its daily synchronisation. */
  quietSince: date.nullable().default(null),
  startedAt: date.nullable(),
  lastSyncedAt: date.nullable(),
  idempotencyKey: z.string().nullable(),
  /** Whether the ledger of its mailboxes goes too when it is removed. */
  forgetLedger: z.boolean(),
});
export type Batch = z.infer<typeof batchSchema>;

export const userSchema = z.object({
  userId: id,
  tenantId: id,
  batchId: id,
  endpointId: id,
  emailAddress: z.string(),
  userName: z.string(),
  userRoot: z.string(),
  credentialsSecretId: z.string(),
  pairId: id,
  status: z.enum(userStatuses),
  statusHistory: z.array(change(userStatuses)),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  passNumber: z.number().int(),
  activePassId: z.string().nullable(),
  /** Failed attempts in a row. */
  attempt: z.number().int(),
  /** Messages at the target when the last failed pass ended. */
  arrivedAtFailure: z.number().int().default(0),
  notBefore: date,
  nextSyncAt: date.nullable(),
  syncNow: z.boolean(),
  lastSuccessfulSyncAt: date.nullable(),
  /** Its own times, which win over those of the batch. */
  startAfter: date.nullable().default(null),
  completeAfter: date.nullable().default(null),
  skippedItemsApprovedAt: date.nullable().default(null),
  queuedAt: date.nullable(),
  createdAt: date,
});
export type MigrationUser = z.infer<typeof userSchema>;

/** Who holds a piece of work, and until when; an owner of '' and a time past are nobody. */
const lease = { owner: z.string(), until: date };
export const passSchema = z.object({
  passId: id,
  tenantId: id,
  batchId: id,
  userId: id,
  pairId: id,
  endpointId: id,
  number: z.number().int(),
  kind: z.enum(['initial', 'incremental', 'forced']),
  state: z.enum(['queued', 'reading', 'ended']),
  /** `attempt` grows when another reader takes over. */
  reader: z.object({ ...lease, attempt: z.number().int() }),
  readingDone: z.boolean(),
  /** `epoch` grows when another writer takes over. */
  writer: z.object({ ...lease, epoch: z.number().int() }),
  stopRequested: z.boolean(),
  result: z.enum(['done', 'failed', 'stopped']).nullable(),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      retry: z.enum(['never', 'backoff', 'after']),
      retryAfterMs: z.number().nullable(),
    })
    .nullable(),
  createdAt: date,
  offeredAt: date,
  startedAt: date.nullable(),
  endedAt: date.nullable(),
  settledAt: date.nullable(),
});
export type Pass = z.infer<typeof passSchema>;
export type PassResult = NonNullable<Pass['result']>;
export type PassError = NonNullable<Pass['error']>;

export const folderSchema = z.object({
  folderId: id,
  tenantId: id,
  pairId: id,
  path: z.array(z.string()).min(1),
  specialUse: z.enum(specialUses).nullable(),
  uidValidity: z.number(),
  uidNext: z.number(),
  highestModseq: z.string().nullable(),
  exists: z.number(),
  previousUidValidities: z.array(z.number()),
  /** MAILBOXID of RFC 8474, which stays when the folder is renamed; null where the server has none. */
  mailboxId: z.string().nullable().default(null),
  /** Names of the target folder from the top down, once a writer has made it. */
  targetNames: z.array(z.string()).nullable().default(null),
  /** Where a rule of the endpoint sends it. */
  target: z
    .object({ wellKnown: z.enum(wellKnownFolders), names: z.array(z.string()) })
    .nullable()
    .default(null),
  seenInPass: z.number(),
  updatedAt: date,
});
export type Folder = z.infer<typeof folderSchema>;
