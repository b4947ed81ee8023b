import { type UserStatus, userStatusesBefore } from '@sterna/domain';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { type Page, ParsedCollection } from './collection.js';
import { type MigrationUser, userSchema } from './documents.js';

const keptChanges = 100;
const statusCount = z.object({ _id: z.enum(userSchema.shape.status.options), count: z.number() });

/** A change of status: why, from which statuses (default: all legal ones), and what changes with it. */
export interface UserTransition {
  reason: string;
  from?: readonly UserStatus[];
  /** Only while this pass is the user's active one; null: only while there is none. */
  activePassId?: string | null;
  set?: Partial<
    Pick<
      MigrationUser,
      | 'error'
      | 'activePassId'
      | 'attempt'
      | 'notBefore'
      | 'nextSyncAt'
      | 'syncNow'
      | 'lastSuccessfulSyncAt'
      | 'queuedAt'
      | 'passNumber'
    >
  >;
}

export class UserRepository {
  readonly #users: ParsedCollection<typeof userSchema>;

  constructor(connection: Connection) {
    this.#users = new ParsedCollection(connection, 'users', userSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#users.index({ userId: 1 }, { unique: true });
    await this.#users.index({ tenantId: 1, batchId: 1, emailAddress: 1 }, { unique: true });
    await this.#users.index({ tenantId: 1, emailAddress: 1 });
    await this.#users.index({ status: 1, notBefore: 1 });
    await this.#users.index({ status: 1, nextSyncAt: 1 });
  }

  insertMany(users: MigrationUser[]): Promise<void> {
    return this.#users.insertMany(users);
  }

  find(tenantId: string, userId: string): Promise<MigrationUser | null> {
    return this.#users.findOne({ tenantId, userId });
  }

  findByEmail(tenantId: string, emailAddress: string): Promise<MigrationUser[]> {
    return this.#users.find({ tenantId, emailAddress: emailAddress.toLowerCase() });
  }

  /** Which of these (lower-case) addresses are in a batch already. */
  async alreadyMigrating(tenantId: string, emailAddresses: string[]): Promise<Set<string>> {
    const found = await this.#users.find({ tenantId, emailAddress: { $in: emailAddresses } });
    return new Set(found.map((user) => user.emailAddress));
  }

  /** Users by e-mail address; the cursor is the address of the last one seen. */
  list(
    tenantId: string,
    filter: { batchId?: string; statuses?: readonly UserStatus[] },
    page: Page,
  ): Promise<MigrationUser[]> {
    const wanted = {
      ...(filter.batchId === undefined ? {} : { batchId: filter.batchId }),
      ...(filter.statuses === undefined ? {} : { status: { $in: [...filter.statuses] } }),
      ...(page.cursor === null ? {} : { emailAddress: { $gt: page.cursor } }),
    };
    return this.#users.find({ tenantId, ...wanted }, { sort: { emailAddress: 1 }, limit: page.limit });
  }

  /** How many users of a batch are in which status. */
  async countByStatus(tenantId: string, batchId: string): Promise<Map<UserStatus, number>> {
    const groups = this.#users.raw.aggregate([
      { $match: { tenantId, batchId } },
      { $group: { _id: '$status', count: { $sum: 1 } } },
    ]);
    const counts = new Map<UserStatus, number>();
    for (const group of await groups.toArray()) {
      const { _id: status, count } = statusCount.parse(group);
      counts.set(status, count);
    }
    return counts;
  }

  /** Users of all tenants for whom a pass is due, the longest waiting first. */
  async findDue(now: Date, limit: number): Promise<MigrationUser[]> {
    const initial = this.#users.find(
      { status: 'Queued', notBefore: { $lte: now } },
      { sort: { notBefore: 1 }, limit },
    );
    const synced = { $in: ['Synced', 'IncrementalSynced', 'IncrementalFailed'] };
    const incremental = this.#users.find(
      { status: synced, nextSyncAt: { $lte: now } },
      { sort: { nextSyncAt: 1 }, limit },
    );
    return [...(await initial), ...(await incremental)];
  }

  /** One compare-and-set; null when the user is in none of the statuses that may change to `to`. */
  transition(
    tenantId: string,
    userId: string,
    to: UserStatus,
    how: UserTransition,
  ): Promise<MigrationUser | null> {
    const legal = userStatusesBefore(to);
    const from = how.from === undefined ? legal : legal.filter((status) => how.from?.includes(status));
    const pass = how.activePassId === undefined ? {} : { activePassId: how.activePassId };
    const entry = { status: to, at: new Date(), reason: how.reason };
    return this.#users.change(
      { tenantId, userId, status: { $in: from }, ...pass },
      {
        $set: { status: to, ...how.set },
        $push: { statusHistory: { $each: [entry], $slice: -keptChanges } },
      },
    );
  }

  /** Makes the next incremental pass of all synced users of a batch due now; says how many there are. */
  async syncNow(tenantId: string, batchId: string, now: Date): Promise<number> {
    const synced = { $in: ['Synced', 'IncrementalSynced', 'IncrementalFailed'] };
    const update = { $set: { nextSyncAt: now, syncNow: true } };
    return (await this.#users.raw.updateMany({ tenantId, batchId, status: synced }, update)).matchedCount;
  }

  async removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#users.removeMany({ tenantId, batchId });
  }
}
