import type { Connection } from 'mongoose';
import { type BatchCheck, checkSchema } from './check-documents.js';
import { isDuplicateKey, ParsedCollection } from './collection.js';

const active = ['preparing', 'running'];
const ended = ['done', 'stopped'];

/** The checks of batches; of each batch the last one. */
export class CheckRepository {
  readonly #checks: ParsedCollection<typeof checkSchema>;

  constructor(connection: Connection) {
    this.#checks = new ParsedCollection(connection, 'checks', checkSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#checks.index({ batchId: 1 }, { unique: true });
    await this.#checks.index({ checkId: 1 }, { unique: true });
    await this.#checks.index({ state: 1 });
  }

  /** Takes the place of the last check of the batch; null while that one has not ended. */
  async start(check: BatchCheck): Promise<BatchCheck | null> {
    const { tenantId, batchId } = check;
    const replaced = await this.#checks.change(
      { tenantId, batchId, state: { $in: ended } },
      { $set: { ...check } },
    );
    if (replaced !== null) return replaced;
    try {
      await this.#checks.insert(check);
      return check;
    } catch (error) {
      if (isDuplicateKey(error)) return null;
      throw error;
    }
  }

  find(tenantId: string, batchId: string): Promise<BatchCheck | null> {
    return this.#checks.findOne({ tenantId, batchId });
  }

  /** Checks of all tenants that have not ended, the oldest first. */
  active(limit: number): Promise<BatchCheck[]> {
    return this.#checks.find({ state: { $in: active } }, { sort: { createdAt: 1 }, limit });
  }

  async isRunning(checkId: string): Promise<boolean> {
    return (await this.#checks.count({ checkId, state: 'running' })) === 1;
  }

  /** Takes the making of the list of mailboxes; null while another replica holds it. */
  claimPreparing(checkId: string, owner: string, leaseMs: number): Promise<BatchCheck | null> {
    const now = Date.now();
    return this.#checks.change(
      { checkId, state: 'preparing', until: { $lt: new Date(now) } },
      { $set: { owner, until: new Date(now + leaseMs) } },
    );
  }

  /** The list is made; null when it was stopped, or another replica took over. */
  begin(checkId: string, owner: string, totalCount: number): Promise<BatchCheck | null> {
    return this.#checks.change(
      { checkId, state: 'preparing', owner },
      { $set: { state: 'running', totalCount } },
    );
  }

  /** Every mailbox is checked; null when it was stopped before. */
  end(checkId: string): Promise<BatchCheck | null> {
    return this.#checks.change(
      { checkId, state: 'running' },
      { $set: { state: 'done', endedAt: new Date() } },
    );
  }

  /** Null when none is under way. */
  stop(tenantId: string, batchId: string): Promise<BatchCheck | null> {
    return this.#checks.change(
      { tenantId, batchId, state: { $in: active } },
      { $set: { state: 'stopped', endedAt: new Date() } },
    );
  }

  async noteGoodLogin(checkId: string, login: string): Promise<void> {
    await this.#checks.change({ checkId }, { $addToSet: { goodLogins: login } });
  }

  removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#checks.removeMany({ tenantId, batchId });
  }
}
