import { z } from 'zod';

/** The ids that every envelope carries, so that each log line and metric can name its tenant. */
export const passIdentity = z.object({
  tenantId: z.string().min(1),
  batchId: z.string().min(1),
  userId: z.string().min(1),
  passId: z.string().min(1),
  /** Grows by one with each pass of a migration user; nothing of an older pass is accepted. */
  passNumber: z.int().positive(),
});

/** On `reader.passes`: walk the source of one migration user. */
export const readerPass = passIdentity.extend({
  type: z.literal('reader-pass'),
  version: z.literal(1),
  kind: z.enum(['initial', 'incremental', 'forced']),
});
export type ReaderPass = z.infer<typeof readerPass>;

/** On `writer.passes`: open the queue of one pass and write what is in it. */
export const writerPass = passIdentity.extend({
  type: z.literal('writer-pass'),
  version: z.literal(1),
  queue: z.string().min(1),
});
export type WriterPass = z.infer<typeof writerPass>;
