import type { Connection } from 'mongoose';
import { z } from 'zod';
import { ParsedCollection } from './collection.js';

/** Far more than an address or a message has, and 1,000 of both stay far below the 16 MB of a document. */
const longest = 1_000;
const errorsAtOnce = 1_000;

const rowErrorSchema = z.object({
  line: z.number().int(),
  emailAddress: z.string(),
  code: z.string(),
  message: z.string(),
});
/** Why a row of a CSV file is not in the batch. */
export type RowError = z.infer<typeof rowErrorSchema>;

const partSchema = z.object({
  tenantId: z.string(),
  batchId: z.string(),
  addedAt: z.date(),
  part: z.number().int(),
  errors: z.array(rowErrorSchema),
});

const counted = z.object({ count: z.number() });

type BatchKey = { tenantId: string; batchId: string };

/** The rows of CSV files that batches do not have; beside the batch, as a file may have 50,000 of them. */
export class RowErrorRepository {
  readonly #parts: ParsedCollection<typeof partSchema>;

  constructor(connection: Connection) {
    this.#parts = new ParsedCollection(connection, 'rowErrors', partSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#parts.index({ tenantId: 1, batchId: 1, addedAt: 1, part: 1 });
  }

  /** Adds the errors of a file, in its order; addresses and messages are cut at 1,000 characters. */
  async add({ tenantId, batchId }: BatchKey, errors: readonly RowError[]): Promise<void> {
    const addedAt = new Date();
    for (let start = 0, part = 0; start < errors.length; start += errorsAtOnce, part += 1) {
      const some = errors.slice(start, start + errorsAtOnce).map(shorten);
      await this.#parts.insert({ tenantId, batchId, addedAt, part, errors: some });
    }
  }

  /** All errors of a batch, file by file. */
  async ofBatch({ tenantId, batchId }: BatchKey): Promise<RowError[]> {
    const parts = await this.#parts.find({ tenantId, batchId }, { sort: { addedAt: 1, part: 1 } });
    return parts.flatMap(({ errors }) => errors);
  }

  /** How many there are, and those of the first file up to 1,000. */
  async summaryOf({ tenantId, batchId }: BatchKey): Promise<{ count: number; first: RowError[] }> {
    const sums = this.#parts.raw.aggregate([
      { $match: { tenantId, batchId } },
      { $group: { _id: null, count: { $sum: { $size: '$errors' } } } },
    ]);
    const [sum] = await sums.toArray();
    if (sum === undefined) return { count: 0, first: [] };
    const options = { sort: { addedAt: 1, part: 1 }, limit: 1 } as const;
    const [first] = await this.#parts.find({ tenantId, batchId }, options);
    return { count: counted.parse(sum).count, first: first?.errors ?? [] };
  }

  removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#parts.removeMany({ tenantId, batchId });
  }
}

const shorten = (error: RowError): RowError => ({
  ...error,
  emailAddress: cut(error.emailAddress),
  message: cut(error.message),
});

const cut = (text: string): string => (text.length <= longest ? text : `${text.slice(0, longest - 1)}…`);
