import { z } from 'zod';

/** What every envelope of a pass's queue carries. */
const contentIdentity = z.object({
  version: z.literal(1),
  tenantId: z.string().min(1),
  passId: z.string().min(1),
  passNumber: z.int().positive(),
  /** Grows when a reader takes over a pass; parts and ends of an older attempt are void. */
  attempt: z.int().positive(),
});

const uid = z.int().min(1).max(0xffff_ffff);

/** The position of a message at the source. UIDVALIDITY is at most 2^32-1 (RFC 9051 section 9). */
const sourcePosition = z.object({
  folderId: z.string().min(1),
  uidValidity: z.int().min(0).max(0xffff_ffff),
  uid,
});

/** A folder of the source, announced before anything that is in it; also sent for empty folders. */
export const folderEnvelope = contentIdentity.extend({
  type: z.literal('folder'),
  folderId: z.string().min(1),
  path: z.array(z.string()).min(1),
  specialUse: z
    .enum(['inbox', 'sent', 'drafts', 'trash', 'junk', 'archive', 'all', 'flagged', 'important'])
    .nullable(),
  uidValidity: z.int().min(0).max(0xffff_ffff),
  /** Where a rule of the endpoint sends it; else its path and use decide. */
  target: z
    .object({
      wellKnown: z.enum([
        'inbox',
        'sentitems',
        'drafts',
        'deleteditems',
        'junkemail',
        'archive',
        'msgfolderroot',
      ]),
      names: z.array(z.string()),
    })
    .nullish(),
});
export type FolderEnvelope = z.infer<typeof folderEnvelope>;

/** UIDs that the source has and the ledger did not: all to do from now on. At most 10,000 in one envelope. */
export const planEnvelope = contentIdentity.extend({
  type: z.literal('plan'),
  folderId: z.string().min(1),
  uidValidity: z.int().min(0).max(0xffff_ffff),
  uids: z.array(uid).min(1).max(10_000),
});
export type PlanEnvelope = z.infer<typeof planEnvelope>;

const messageFields = sourcePosition.extend({
  /** System flags and keywords as the server sent them (RFC 9051 section 2.3.2). */
  flags: z.array(z.string()),
  /** Other folders of the source that show the message (labels of Gmail), decoded. */
  labels: z.array(z.string()).optional(),
  /** INTERNALDATE, ISO 8601 in UTC. */
  internalDate: z.iso.datetime(),
  /** Octets of the message as read, not RFC822.SIZE. */
  sizeBytes: z.int().nonnegative(),
  /** Eight bytes in hex: see fingerprintOf in libs/domain. */
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
});

/** A whole message; the content that follows the header is its bytes. */
export const messageEnvelope = contentIdentity.extend({
  type: z.literal('message'),
  ...messageFields.shape,
});
export type MessageEnvelope = z.infer<typeof messageEnvelope>;

/** A part of a message that is too large for one envelope; parts come in order, `index` from 0. */
export const messagePartEnvelope = contentIdentity.extend({
  type: z.literal('message-part'),
  ...sourcePosition.shape,
  index: z.int().nonnegative(),
});
export type MessagePartEnvelope = z.infer<typeof messagePartEnvelope>;

/** After the last part: what the message is. `parts` says how many there were. */
export const messageEndEnvelope = contentIdentity.extend({
  type: z.literal('message-end'),
  ...messageFields.shape,
  parts: z.int().positive(),
});
export type MessageEndEnvelope = z.infer<typeof messageEndEnvelope>;

/** An end that the reader knows without the target: filtered, skipped, failed, vanished or already there. */
export const outcomeEnvelope = contentIdentity.extend({
  type: z.literal('outcome'),
  folderId: z.string().min(1),
  uidValidity: z.int().min(0).max(0xffff_ffff),
  outcome: z.enum(['alreadyThere', 'filtered', 'skipped', 'failed', 'vanished']),
  reason: z
    .enum([
      'tooLarge',
      'tooManyItems',
      'folderExcluded',
      'contentFilter',
      'markedDeleted',
      'unreadableAtSource',
      'inventedBySource',
      'vanishedAtSource',
    ])
    .nullable(),
  explanation: z.string(),
  messages: z
    .array(
      z.object({
        uid,
        sizeBytes: z.int().nonnegative(),
        messageId: z.string().nullable(),
        subject: z.string().nullable(),
        sender: z.string().nullable(),
        sentAt: z.string().nullable(),
        receivedAt: z.string().nullable(),
        fingerprint: z
          .string()
          .regex(/^[0-9a-f]{16}$/)
          .nullable(),
      }),
    )
    .min(1)
    .max(1_000),
});
export type OutcomeEnvelope = z.infer<typeof outcomeEnvelope>;

/** The last envelope of a pass: the reader is through, or gave up and says why. */
export const passEndEnvelope = contentIdentity.extend({
  type: z.literal('pass-end'),
  result: z.enum(['done', 'failed', 'stopped']),
  error: z
    .object({
      code: z.string(),
      message: z.string(),
      retry: z.enum(['never', 'backoff', 'after']),
      retryAfterMs: z.int().nonnegative().nullable(),
    })
    .nullable(),
});
export type PassEndEnvelope = z.infer<typeof passEndEnvelope>;

/** All that travels in a pass's queue. */
export const contentEnvelope = z.discriminatedUnion('type', [
  folderEnvelope,
  planEnvelope,
  messageEnvelope,
  messagePartEnvelope,
  messageEndEnvelope,
  outcomeEnvelope,
  passEndEnvelope,
]);
export type ContentEnvelope = z.infer<typeof contentEnvelope>;
