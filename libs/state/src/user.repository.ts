import { type UserStatus, userStatusesBefore, userStatusesToQueue } from '@sterna/domain';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { type Page, ParsedCollection } from './collection.js';
import { type MigrationUser, userSchema } from './documents.js';

const keptChanges = 100;
const pageSize = 1_000;
const syncedStatuses = ['Synced', 'IncrementalSynced', 'IncrementalFailed'] as const;
const batchStatusCount = z.object({
  _id: z.object({ batchId: z.string(), status: z.enum(userSchema.shape.status.options) }),
  count: z.number(),
});
const placeOnly = z.object({ emailAddress: z.string(), batchId: z.string() });
const idsOnly = z.object({ userId: z.string(), pairId: z.string() });
type UserIds = z.output<typeof idsOnly>;
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
      | 'arrivedAtFailure'
      | 'notBefore'
      | 'nextSyncAt'
      | 'syncNow'
      | 'lastSuccessfulSyncAt'
      | 'queuedAt'
      | 'passNumber'
      | 'startAfter'
      | 'completeAfter'
      | 'skippedItemsApprovedAt'
      | 'credentialsSecretId'
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
    await this.#users.index({ batchId: 1, status: 1 });
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

  /** In which batch each of these (lower-case) addresses is, for those that are in one. */
  async batchIdsOf(tenantId: string, emailAddresses: string[]): Promise<Map<string, string>> {
    const wanted = { tenantId, emailAddress: { $in: emailAddresses } };
    const projection = { _id: 0, emailAddress: 1, batchId: 1 };
    const found = await this.#users.raw.find(wanted, { projection }).toArray();
    return new Map(
      found.map((user) => placeOnly.parse(user)).map(({ emailAddress, batchId }) => [emailAddress, batchId]),
    );
  }

  /** Users of any batch with one of these (lower-case) addresses. */
  findByEmails(tenantId: string, emailAddresses: string[]): Promise<MigrationUser[]> {
    return this.#users.find({ tenantId, emailAddress: { $in: emailAddresses } });
  }

  /** How many users of a tenant are in which status. */
  countOfTenant(tenantId: string): Promise<Map<UserStatus, number>> {
    return this.#countBy({ tenantId });
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
  countByStatus(tenantId: string, batchId: string): Promise<Map<UserStatus, number>> {
    return this.#countBy({ tenantId, batchId });
  }

  async #countBy(match: Record<string, string>): Promise<Map<UserStatus, number>> {
    const groups = this.#users.raw.aggregate([
      { $match: match },
      { $group: { _id: '$status', count: { $sum: 1 } } },
    ]);
    const counts = new Map<UserStatus, number>();
    for (const group of await groups.toArray()) {
      const { _id: status, count } = statusCount.parse(group);
      counts.set(status, count);
    }
    return counts;
  }

  /** All users of a batch, page by page, also while they change their status. */
  async *pagesOf(
    batch: { tenantId: string; batchId: string },
    statuses?: readonly UserStatus[],
  ): AsyncGenerator<MigrationUser[]> {
    const filter = { batchId: batch.batchId, ...(statuses === undefined ? {} : { statuses }) };
    let cursor: string | null = null;
    while (true) {
      const users: MigrationUser[] = await this.list(batch.tenantId, filter, { limit: pageSize, cursor });
      const last = users.at(-1);
      if (last === undefined) return;
      cursor = last.emailAddress;
      yield users;
    }
  }

  /** The ids of a batch's users and of their pairs, in lists of up to 1,000. */
  async *idsOf(batch: { tenantId: string; batchId: string }): AsyncGenerator<UserIds[]> {
    const options = { projection: { _id: 0, userId: 1, pairId: 1 }, batchSize: pageSize };
    const cursor = this.#users.raw.find(batchFilter(batch), options);
    let ids: UserIds[] = [];
    for await (const user of cursor) {
      ids.push(idsOnly.parse(user));
      if (ids.length < pageSize) continue;
      yield ids;
      ids = [];
    }
    if (ids.length > 0) yield ids;
  }

  /** How many users of each of these batches are in which status, by batch id. */
  async countByBatch(batchIds: readonly string[]): Promise<Map<string, Map<UserStatus, number>>> {
    const groups = await this.#users.raw
      .aggregate([
        { $match: { batchId: { $in: [...batchIds] } } },
        { $group: { _id: { batchId: '$batchId', status: '$status' }, count: { $sum: 1 } } },
      ])
      .toArray();
    const counts = new Map(batchIds.map((batchId) => [batchId, new Map<UserStatus, number>()]));
    for (const group of groups.map((found) => batchStatusCount.parse(found))) {
      counts.get(group._id.batchId)?.set(group._id.status, group.count);
    }
    return counts;
  }

  /** Users of all tenants in any of these statuses: the scheduler's view of what is under way. */
  inStatus(statuses: readonly UserStatus[], limit: number): Promise<MigrationUser[]> {
    return this.#users.find({ status: { $in: [...statuses] } }, { limit });
  }

  /** Of these batches, those with a user who waits for the initial pass or whose incremental one is due. */
  async batchesWithDue(
    batchIds: readonly string[],
    now: Date,
  ): Promise<{ initial: string[]; incremental: string[] }> {
    const among = { batchId: { $in: [...batchIds] } };
    const initial = { ...among, status: 'Queued', notBefore: { $lte: now } };
    const incremental = { ...among, ...dueIncrementally(now) };
    return {
      initial: z.array(z.string()).parse(await this.#users.raw.distinct('batchId', initial)),
      incremental: z.array(z.string()).parse(await this.#users.raw.distinct('batchId', incremental)),
    };
  }

  /** Users of one batch for whom a pass of this kind is due, the longest waiting first. */
  findDueOf(
    batchId: string,
    kind: 'initial' | 'incremental',
    due: { now: Date; limit: number },
  ): Promise<MigrationUser[]> {
    const { now, limit } = due;
    return kind === 'initial'
      ? this.#users.find(
          { batchId, status: 'Queued', notBefore: { $lte: now } },
          { sort: { notBefore: 1 }, limit },
        )
      : this.#users.find({ batchId, ...dueIncrementally(now) }, { sort: { nextSyncAt: 1 }, limit });
  }

  /** Users of all tenants for whom a pass is due, the longest waiting first. */
  async findDue(now: Date, limit: number): Promise<MigrationUser[]> {
    const initial = this.#users.find(
      { status: 'Queued', notBefore: { $lte: now } },
      { sort: { notBefore: 1 }, limit },
    );
    const incremental = this.#users.find(dueIncrementally(now), { sort: { nextSyncAt: 1 }, limit });
    return [...(await initial), ...(await incremental)];
  }

  /** One compare-and-set; null when the user is in none of the statuses that may change to `to`. */
  transition(
    tenantId: string,
    userId: string,
    to: UserStatus,
    how: UserTransition,
  ): Promise<MigrationUser | null> {
    const pass = how.activePassId === undefined ? {} : { activePassId: how.activePassId };
    return this.#users.change(
      { tenantId, userId, status: { $in: legalFrom(to, how.from) }, ...pass },
      moveTo(to, how),
    );
  }

  /** As `transition`, for all users of a batch at once, each of them atomically; says how many changed. */
  async transitionAll(
    batch: { tenantId: string; batchId: string },
    to: UserStatus,
    how: Omit<UserTransition, 'activePassId'>,
  ): Promise<number> {
    const filter = { ...batchFilter(batch), status: { $in: legalFrom(to, how.from) } };
    return this.#users.changeMany(filter, moveTo(to, how));
  }

  /** Starts all users of a batch that wait, were stopped or have failed; they may synchronise from `notBefore` on. */
  async startAll(
    batch: { tenantId: string; batchId: string },
    { notBefore, queuedAt }: { notBefore: Date; queuedAt: Date },
  ): Promise<void> {
    const reason = 'started';
    await this.queueAll(batch, { from: userStatusesToQueue, reason, notBefore, queuedAt });
    await this.transitionAll(batch, 'Synced', {
      reason,
      from: ['IncrementalStopped'],
      set: { error: null, attempt: 0, nextSyncAt: notBefore },
    });
  }

  /** Queues the users of a batch that are in one of these statuses, none before its own StartAfter. */
  async queueAll(
    batch: { tenantId: string; batchId: string },
    how: { from: readonly UserStatus[]; reason: string; notBefore: Date; queuedAt: Date },
  ): Promise<void> {
    const { from, reason, notBefore, queuedAt } = how;
    const set = { error: null, attempt: 0, notBefore, queuedAt };
    const later = { ...batchFilter(batch), status: { $in: [...from] }, startAfter: { $gt: notBefore } };
    for (const { tenantId, userId, startAfter } of await this.#users.find(later)) {
      const own = { ...set, notBefore: startAfter ?? notBefore };
      await this.transition(tenantId, userId, 'Queued', { reason, from, set: own });
    }
    await this.transitionAll(batch, 'Queued', { reason, from, set });
  }

  /** Changes what `set` has and leaves the status; null when the user is in none of these statuses. */
  change(
    user: Pick<MigrationUser, 'tenantId' | 'userId'>,
    how: {
      from?: readonly UserStatus[];
      activePassId?: string | null;
      set: NonNullable<UserTransition['set']>;
    },
  ): Promise<MigrationUser | null> {
    const status = how.from === undefined ? { $ne: 'Removing' } : { $in: [...how.from] };
    const pass = how.activePassId === undefined ? {} : { activePassId: how.activePassId };
    const { tenantId, userId } = user;
    return this.#users.change({ tenantId, userId, status, ...pass }, { $set: how.set });
  }

  /** Users of all tenants in one of these statuses whose own time of completion has come. */
  findToComplete(statuses: readonly UserStatus[], now: Date, limit: number): Promise<MigrationUser[]> {
    return this.#users.find({ status: { $in: [...statuses] }, completeAfter: { $lte: now } }, { limit });
  }

  async remove(tenantId: string, userId: string): Promise<boolean> {
    return (await this.#users.removeMany({ tenantId, userId, status: 'Removing' })) === 1;
  }

  /** Makes the next incremental pass of all synced users of a batch due now; says how many there are. */
  async syncNow(tenantId: string, batchId: string, now: Date): Promise<number> {
    const synced = { $in: [...syncedStatuses] };
    const update = { $set: { nextSyncAt: now, syncNow: true } };
    return this.#users.changeMany({ tenantId, batchId, status: synced }, update);
  }

  async removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#users.removeMany({ tenantId, batchId });
  }
}

/** From which of these statuses (default: all) a user may change to `to`. */
function legalFrom(to: UserStatus, from: readonly UserStatus[] | undefined): UserStatus[] {
  return userStatusesBefore(to).filter((status) => from === undefined || from.includes(status));
}

/** The update of a change of status, which keeps the newest of its history. */
function moveTo(to: UserStatus, { reason, set }: Pick<UserTransition, 'reason' | 'set'>) {
  const entry = { status: to, at: new Date(), reason };
  return {
    $set: { status: to, ...set },
    $push: { statusHistory: { $each: [entry], $slice: -keptChanges } },
  };
}

const batchFilter = ({ tenantId, batchId }: { tenantId: string; batchId: string }) => ({ tenantId, batchId });

/** Users whose incremental or last pass is due and not under way. */
function dueIncrementally(now: Date): Record<string, unknown> {
  return {
    status: { $in: [...syncedStatuses, 'Completing'] },
    nextSyncAt: { $lte: now },
    activePassId: null,
  };
}
