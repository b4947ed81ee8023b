import type { Connection } from 'mongoose';
import { z } from 'zod';
import { ParsedCollection } from './collection.js';
import { type Pass, type PassError, type PassResult, passSchema } from './documents.js';

const idCount = z.object({ _id: z.string(), count: z.number() });

/** Passes and the leases that hold them. A lease is lost when its time is over; then another may claim. */
export class PassRepository {
  readonly #passes: ParsedCollection<typeof passSchema>;

  constructor(connection: Connection) {
    this.#passes = new ParsedCollection(connection, 'passes', passSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#passes.index({ passId: 1 }, { unique: true });
    await this.#passes.index({ userId: 1, number: 1 }, { unique: true });
    await this.#passes.index({ state: 1, settledAt: 1 });
    await this.#passes.index({ tenantId: 1, batchId: 1 });
  }

  /** Rejects with a duplicate-key error when the user has a pass of this number. */
  create(pass: Pass): Promise<void> {
    return this.#passes.insert(pass);
  }

  find(passId: string): Promise<Pass | null> {
    return this.#passes.findOne({ passId });
  }

  /** The pass of a user that has this number. */
  findByNumber(userId: string, number: number): Promise<Pass | null> {
    return this.#passes.findOne({ userId, number });
  }

  /** Takes the reading of a pass; null when it is done, has ended, or another reader holds it. */
  claimReader(passId: string, owner: string, leaseMs: number): Promise<Pass | null> {
    return this.#passes.change(
      { passId, state: { $ne: 'ended' }, readingDone: false, ...free('reader') },
      {
        $set: {
          state: 'reading',
          'reader.owner': owner,
          'reader.until': after(leaseMs),
          startedAt: new Date(),
        },
        $inc: { 'reader.attempt': 1 },
      },
    );
  }

  /** Keeps the reader's lease; null when it was lost. */
  renewReader(passId: string, owner: string, leaseMs: number): Promise<Pass | null> {
    return this.#passes.change(
      { passId, 'reader.owner': owner, state: { $ne: 'ended' } },
      { $set: { 'reader.until': after(leaseMs) } },
    );
  }

  /** Says that the reader has published its last envelope. */
  readingDone(passId: string, owner: string): Promise<Pass | null> {
    return this.#passes.change({ passId, 'reader.owner': owner }, { $set: { readingDone: true } });
  }

  /** Gives the reading back, to be taken by another at once. */
  releaseReader(passId: string, owner: string): Promise<Pass | null> {
    return this.#passes.change({ passId, 'reader.owner': owner }, { $set: { 'reader.until': after(-1) } });
  }

  /** Takes the writing of a pass; null when it has ended or another writer holds it. */
  claimWriter(passId: string, owner: string, leaseMs: number): Promise<Pass | null> {
    return this.#passes.change(
      { passId, state: { $ne: 'ended' }, ...free('writer') },
      { $set: { 'writer.owner': owner, 'writer.until': after(leaseMs) }, $inc: { 'writer.epoch': 1 } },
    );
  }

  /** Keeps the writer's lease; null when it was lost. */
  renewWriter(passId: string, owner: string, leaseMs: number): Promise<Pass | null> {
    return this.#passes.change(
      { passId, 'writer.owner': owner, state: { $ne: 'ended' } },
      { $set: { 'writer.until': after(leaseMs) } },
    );
  }

  /** Gives the writing back, to be taken by another at once. */
  releaseWriter(passId: string, owner: string): Promise<Pass | null> {
    return this.#passes.change({ passId, 'writer.owner': owner }, { $set: { 'writer.until': after(-1) } });
  }

  /** Ends a pass once; null when it had ended. */
  end(passId: string, result: PassResult, error: PassError | null): Promise<Pass | null> {
    return this.#passes.change(
      { passId, state: { $ne: 'ended' } },
      { $set: { state: 'ended', result, error, endedAt: new Date() } },
    );
  }

  /** Ends a pass that neither a reader nor a writer holds; null when one does, or it had ended. */
  endUnheld(passId: string, result: PassResult, error: PassError | null): Promise<Pass | null> {
    return this.#passes.change(
      { passId, state: { $ne: 'ended' }, ...free('reader'), ...free('writer') },
      { $set: { state: 'ended', result, error, endedAt: new Date() } },
    );
  }

  /** Has a pass read once more, because what its reader published is lost; null while a writer holds it. */
  readAgain(passId: string): Promise<Pass | null> {
    return this.#passes.change(
      { passId, state: { $ne: 'ended' }, readingDone: true, ...free('writer') },
      { $set: { readingDone: false } },
    );
  }

  /** Removes a pass that no worker has ever had; false when one has. */
  async removeUnclaimed(passId: string): Promise<boolean> {
    return (await this.#passes.removeMany({ passId, state: 'queued', 'reader.attempt': 0 })) === 1;
  }

  /** Which of these passes exist and are not settled: those that may hold a slot. */
  async unsettledOf(passIds: readonly string[]): Promise<Set<string>> {
    const found = await this.#passes.raw.distinct('passId', {
      passId: { $in: [...passIds] },
      settledAt: null,
    });
    return new Set(z.array(z.string()).parse(found));
  }

  /** Asks the workers of a pass to stop; they see it when they renew their leases. */
  requestStop(passId: string): Promise<Pass | null> {
    return this.#passes.change({ passId, state: { $ne: 'ended' } }, { $set: { stopRequested: true } });
  }

  /** Says that the work was published again, so that it is not published again at once. */
  offered(passId: string): Promise<Pass | null> {
    return this.#passes.change({ passId }, { $set: { offeredAt: new Date() } });
  }

  /** Passes that were offered before `offeredBefore` and that nobody holds. */
  findAbandoned(offeredBefore: Date, limit: number): Promise<Pass[]> {
    return this.#passes.find(
      {
        state: { $ne: 'ended' },
        offeredAt: { $lt: offeredBefore },
        $or: [{ readingDone: false, ...free('reader') }, free('writer')],
      },
      { sort: { offeredAt: 1 }, limit },
    );
  }

  findUnsettled(limit: number): Promise<Pass[]> {
    return this.#passes.find({ state: 'ended', settledAt: null }, { sort: { endedAt: 1 }, limit });
  }

  settle(passId: string): Promise<Pass | null> {
    return this.#passes.change({ passId }, { $set: { settledAt: new Date() } });
  }

  /** The last passes of a user, the oldest of them first. */
  async ofUser(userId: string, limit: number): Promise<Pass[]> {
    const found = await this.#passes.find({ userId }, { sort: { number: -1 }, limit });
    return found.reverse();
  }

  ofBatch(tenantId: string, batchId: string): Promise<Pass[]> {
    return this.#passes.find({ tenantId, batchId });
  }

  /** How many passes have not ended, by tenant and by batch. */
  async countRunning(): Promise<{ byTenant: Map<string, number>; byBatch: Map<string, number> }> {
    return {
      byTenant: await this.#countRunningBy('$tenantId'),
      byBatch: await this.#countRunningBy('$batchId'),
    };
  }

  async #countRunningBy(field: string): Promise<Map<string, number>> {
    const groups = await this.#passes.raw
      .aggregate([{ $match: { state: { $ne: 'ended' } } }, { $group: { _id: field, count: { $sum: 1 } } }])
      .toArray();
    return new Map(groups.map((group) => idCount.parse(group)).map((group) => [group._id, group.count]));
  }

  removeOfUser(userId: string): Promise<number> {
    return this.#passes.removeMany({ userId });
  }

  removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#passes.removeMany({ tenantId, batchId });
  }
}

/** A filter for passes whose lease nobody holds. */
function free(role: 'reader' | 'writer'): Record<string, unknown> {
  return { [`${role}.until`]: { $lt: new Date() } };
}

const after = (ms: number): Date => new Date(Date.now() + ms);
