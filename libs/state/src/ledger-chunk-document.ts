import { type MissedMessage, outcomeReasons } from '@sterna/domain';
import { mongo } from 'mongoose';
import { z } from 'zod';

const bytes = z.union([
  z.instanceof(Buffer),
  z.instanceof(mongo.Binary).transform((binary) => Buffer.from(binary.buffer)),
]);
const count = z.number().int();

export const tallySchema = z.object({
  found: count,
  toDo: count,
  migrated: count,
  alreadyThere: count,
  filtered: count,
  skipped: count,
  failed: count,
  vanished: count,
  migratedBytes: z.number(),
});

const missedSchema = z.object({
  uid: count,
  outcome: z.enum(['filtered', 'skipped', 'failed', 'vanished']),
  reason: z.enum(outcomeReasons),
  explanation: z.string(),
  sizeBytes: count,
  messageId: z.string().nullable(),
  subject: z.string().nullable(),
  sender: z.string().nullable().default(null),
  sentAt: z.string().nullable().default(null),
  receivedAt: z.string().nullable().default(null),
}) satisfies z.ZodType<MissedMessage>;

/** A part of the ledger as MongoDB keeps it. */
export const ledgerChunkSchema = z.object({
  chunkId: z.string(),
  tenantId: z.string(),
  pairId: z.string(),
  folderId: z.string(),
  uidValidity: z.number(),
  index: count,
  states: bytes,
  fingerprints: bytes,
  tally: tallySchema,
  missed: z.array(missedSchema),
  /** Of the writer that saved it last: pass number and epoch. Only grows. */
  fence: z.number(),
});
