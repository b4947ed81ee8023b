import type { Connection } from 'mongoose';
import { z } from 'zod';
import { isDuplicateKey, ParsedCollection } from './collection.js';
import type { Endpoint } from './documents.js';

export type SlotKind = 'initial' | 'incremental';

const slotSchema = z.object({
  endpointId: z.string(),
  initial: z.array(z.string()),
  incremental: z.array(z.string()),
});

/** More than this many at once is as good as unlimited, and keeps the document small. */
const unlimited = 10_000;

/**
 * Who is using an endpoint: one document per endpoint, changed in one atomic step, so that the limits hold over
 * all replicas of the scheduler.
 */
export class SlotRepository {
  readonly #slots: ParsedCollection<typeof slotSchema>;

  constructor(connection: Connection) {
    this.#slots = new ParsedCollection(connection, 'endpointSlots', slotSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#slots.index({ endpointId: 1 }, { unique: true });
  }

  /** Takes a slot for a pass; false when all are taken. */
  async acquire(endpoint: Endpoint, kind: SlotKind, passId: string): Promise<boolean> {
    const limits = {
      initial: endpoint.maxConcurrentMigrations,
      incremental: endpoint.maxConcurrentIncrementalSyncs,
    };
    const limit = Math.min(limits[kind] ?? unlimited, unlimited);
    if (limit < 1) return false;
    await this.#ensure(endpoint.endpointId);
    const isFree = { endpointId: endpoint.endpointId, [`${kind}.${limit - 1}`]: { $exists: false } };
    return (await this.#slots.change(isFree, { $push: { [kind]: passId } })) !== null;
  }

  /** Gives the slot of a pass back; giving it back twice is harmless. */
  async release(endpointId: string, passId: string): Promise<void> {
    await this.#slots.change({ endpointId }, { $pull: { initial: passId, incremental: passId } });
  }

  /** All passes that hold a slot, by endpoint. */
  async holders(): Promise<{ endpointId: string; initial: string[]; incremental: string[] }[]> {
    return this.#slots.find({});
  }

  async #ensure(endpointId: string): Promise<void> {
    try {
      const fresh = { initial: [], incremental: [] };
      await this.#slots.raw.updateOne({ endpointId }, { $setOnInsert: fresh }, { upsert: true });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }
}
