import {
  addTallies,
  emptyTally,
  type MissedMessage,
  type Outcome,
  type OutcomeReason,
  type Tally,
} from '@sterna/domain';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { type Page, ParsedCollection } from './collection.js';
import { ledgerChunkSchema, tallySchema } from './ledger-chunk-document.js';
import { epochsPerPass, LedgerWriter } from './ledger-writer.js';

/** A message that did not arrive, with its folder. */
export interface MissedMessageOfFolder extends MissedMessage {
  folderId: string;
  uidValidity: number;
}

const grouped = tallySchema.extend({ _id: z.string() });
const tallyKeys = Object.fromEntries(Object.keys(emptyTally).map((key) => [`tally.${key}`, 1 as const]));

/** The outcome of every UID of every source mailbox. */
export class LedgerRepository {
  readonly #chunks: ParsedCollection<typeof ledgerChunkSchema>;

  constructor(connection: Connection) {
    this.#chunks = new ParsedCollection(connection, 'ledgerChunks', ledgerChunkSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#chunks.index({ chunkId: 1 }, { unique: true });
    await this.#chunks.index({ pairId: 1, folderId: 1, uidValidity: 1, index: 1 });
    // adding up tallies reads this index alone, not the chunks, which are hundreds of times larger
    await this.#chunks.index({ pairId: 1, folderId: 1, ...tallyKeys });
  }

  /** Opens the one writer of a pass; `writerEpoch` tells apart writers that take the same pass in turn. */
  openWriter(owner: {
    tenantId: string;
    pairId: string;
    passNumber: number;
    writerEpoch: number;
  }): LedgerWriter {
    return new LedgerWriter(this.#chunks, owner);
  }

  /** The chunks of one folder in the order of UIDs, for the reader's plan. */
  async readFolder(
    pairId: string,
    folderId: string,
    uidValidity: number,
  ): Promise<{ index: number; states: Buffer; fingerprints: Buffer; missed: MissedMessage[] }[]> {
    return this.#chunks.find({ pairId, folderId, uidValidity }, { sort: { index: 1 } });
  }

  /** The tallies of several mailboxes by pair; a mailbox without any chunk has an empty one. */
  async tallies(pairIds: readonly string[]): Promise<Map<string, Tally>> {
    const found = await this.#groupBy('$pairId', { pairId: { $in: [...pairIds] } });
    return new Map(pairIds.map((pairId) => [pairId, found.get(pairId) ?? emptyTally]));
  }

  async tally(pairId: string): Promise<Tally> {
    return (await this.tallies([pairId])).get(pairId) ?? emptyTally;
  }

  /** The number of the newest pass that has written about a pair of mailboxes; 0 where none has. */
  async highestPassNumber(pairId: string): Promise<number> {
    const [newest] = await this.#chunks.find({ pairId }, { sort: { fence: -1 }, limit: 1 });
    return Math.floor((newest?.fence ?? 0) / epochsPerPass);
  }

  tallyByFolder(pairId: string): Promise<Map<string, Tally>> {
    return this.#groupBy('$folderId', { pairId });
  }

  async #groupBy(field: string, match: Record<string, unknown>): Promise<Map<string, Tally>> {
    const sums = Object.fromEntries(Object.keys(emptyTally).map((key) => [key, { $sum: `$tally.${key}` }]));
    const groups = await this.#chunks.raw
      .aggregate([{ $match: match }, { $group: { _id: field, ...sums } }])
      .toArray();
    const tallies = groups.map((group) => {
      const { _id, ...tally } = grouped.parse(group);
      return [_id, addTallies(emptyTally, tally)] as const;
    });
    return new Map(tallies);
  }

  /** Messages that did not arrive, chunk by chunk; the cursor is the id of the last chunk seen. */
  async missed(
    pairId: string,
    page: Page,
    outcomes?: readonly Outcome[],
  ): Promise<{ messages: MissedMessageOfFolder[]; cursor: string | null }> {
    const after = page.cursor === null ? {} : { chunkId: { $gt: page.cursor } };
    const filter = { pairId, 'missed.0': { $exists: true }, ...after };
    const chunks = await this.#chunks.find(filter, { sort: { chunkId: 1 }, limit: page.limit });
    const messages = chunks.flatMap((chunk) =>
      chunk.missed
        .filter((message) => outcomes === undefined || outcomes.includes(message.outcome))
        .map((message) => ({ ...message, folderId: chunk.folderId, uidValidity: chunk.uidValidity })),
    );
    return { messages, cursor: chunks.length < page.limit ? null : (chunks.at(-1)?.chunkId ?? null) };
  }

  /** How many messages of a mailbox did not arrive for this reason. */
  async countMissed(pairId: string, reason: OutcomeReason): Promise<number> {
    const chunks = await this.#chunks.find({ pairId, 'missed.reason': reason });
    return chunks.reduce(
      (sum, { missed }) => sum + missed.filter((message) => message.reason === reason).length,
      0,
    );
  }

  /** Forgets what was migrated, so that a mailbox can be migrated anew from the start. */
  forget(pairId: string): Promise<number> {
    return this.#chunks.removeMany({ pairId });
  }
}
