import { type BatchStatus, batchStatusesBefore } from '@sterna/domain';
import type { Connection } from 'mongoose';
import { type Page, ParsedCollection } from './collection.js';
import { type Batch, batchSchema } from './documents.js';
import { nameKeyOf } from './endpoint.repository.js';

const keptChanges = 100;

/** A change of status: why, from which statuses (default: all legal ones), and what changes with it. */
export interface BatchTransition {
  reason: string;
  from?: readonly BatchStatus[];
  set?: BatchSettings;
}

/** What may change of a batch after it was made. */
export type BatchSettings = Partial<
  Pick<
    Batch,
    | 'startedAt'
    | 'lastSyncedAt'
    | 'forgetLedger'
    | 'startAfter'
    | 'completeAfter'
    | 'notificationEmails'
    | 'reportIntervalMs'
    | 'skipReports'
    | 'badItemLimit'
    | 'largeItemLimit'
    | 'largeItemLimitBytes'
    | 'incrementalSyncIntervalMs'
    | 'quietSince'
    | 'lastReportAt'
  >
>;

export class BatchRepository {
  readonly #batches: ParsedCollection<typeof batchSchema>;

  constructor(connection: Connection) {
    this.#batches = new ParsedCollection(connection, 'batches', batchSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#batches.index({ tenantId: 1, nameKey: 1 }, { unique: true });
    await this.#batches.index({ batchId: 1 }, { unique: true });
    await this.#batches.index({ status: 1 });
  }

  /** Rejects with a duplicate-key error when the tenant has a batch of this name. */
  create(batch: Batch): Promise<void> {
    return this.#batches.insert(batch);
  }

  find(tenantId: string, batchId: string): Promise<Batch | null> {
    return this.#batches.findOne({ tenantId, batchId });
  }

  findByName(tenantId: string, name: string): Promise<Batch | null> {
    return this.#batches.findOne({ tenantId, nameKey: nameKeyOf(name) });
  }

  findByIdempotencyKey(tenantId: string, idempotencyKey: string): Promise<Batch | null> {
    return this.#batches.findOne({ tenantId, idempotencyKey });
  }

  /** Batches of a tenant by name; the cursor is the nameKey of the last one seen. */
  list(tenantId: string, page: Page, status?: BatchStatus): Promise<Batch[]> {
    const after = page.cursor === null ? {} : { nameKey: { $gt: page.cursor } };
    const wanted = status === undefined ? {} : { status };
    return this.#batches.find({ tenantId, ...after, ...wanted }, { sort: { nameKey: 1 }, limit: page.limit });
  }

  usingEndpoint(tenantId: string, endpointId: string): Promise<Batch[]> {
    return this.#batches.find({ tenantId, endpointId }, { sort: { nameKey: 1 } });
  }

  /** Batches of all tenants in any of these statuses: the scheduler's view. */
  inStatus(statuses: readonly BatchStatus[]): Promise<Batch[]> {
    return this.#batches.find({ status: { $in: [...statuses] } });
  }

  /** One compare-and-set; null when the batch is in none of the statuses that may change to `to`. */
  transition(
    tenantId: string,
    batchId: string,
    to: BatchStatus,
    how: BatchTransition,
  ): Promise<Batch | null> {
    const legal = batchStatusesBefore(to);
    const from = how.from === undefined ? legal : legal.filter((status) => how.from?.includes(status));
    const entry = { status: to, at: new Date(), reason: how.reason };
    return this.#batches.change(
      { tenantId, batchId, status: { $in: from } },
      {
        $set: { status: to, ...how.set },
        $push: { statusHistory: { $each: [entry], $slice: -keptChanges } },
      },
    );
  }

  /** Changes settings; null when the batch is gone or is being removed. */
  change(tenantId: string, batchId: string, set: BatchSettings): Promise<Batch | null> {
    return this.#batches.change({ tenantId, batchId, status: { $ne: 'Removing' } }, { $set: set });
  }

  /** Counts mailboxes that were added or, with a negative number, removed. */
  async addToTotal(tenantId: string, batchId: string, difference: number): Promise<void> {
    await this.#batches.change({ tenantId, batchId }, { $inc: { totalCount: difference } });
  }

  count(tenantId: string, status?: BatchStatus): Promise<number> {
    return this.#batches.count({ tenantId, ...(status !== undefined && { status }) });
  }

  /** Notes when the domains of the batch were first seen to send their mail to Exchange Online. */
  noteMxSwitch(tenantId: string, batchId: string, at: Date | null): Promise<Batch | null> {
    return this.#batches.change({ tenantId, batchId }, { $set: { mxSwitchedAt: at } });
  }

  /** Takes the sending of a report that is due; null when another replica did. */
  claimReport(batch: Pick<Batch, 'tenantId' | 'batchId' | 'lastReportAt'>, at: Date): Promise<Batch | null> {
    const { tenantId, batchId, lastReportAt } = batch;
    return this.#batches.change({ tenantId, batchId, lastReportAt }, { $set: { lastReportAt: at } });
  }

  /** Notes a successful pass of one of its users; an earlier moment than the one noted changes nothing. */
  async noteSync(tenantId: string, batchId: string, at: Date): Promise<void> {
    const isLater = { $or: [{ lastSyncedAt: null }, { lastSyncedAt: { $lt: at } }] };
    await this.#batches.change({ tenantId, batchId, ...isLater }, { $set: { lastSyncedAt: at } });
  }

  async remove(tenantId: string, batchId: string): Promise<boolean> {
    return (await this.#batches.removeMany({ tenantId, batchId, status: 'Removing' })) === 1;
  }
}
