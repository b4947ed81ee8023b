import { type CheckVerdict, checkVerdicts, type LeftOutReason, leftOutReasons } from '@sterna/domain';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { type CheckCounts, type CheckedMailbox, checkedMailboxSchema } from './check-documents.js';
import { type Page, ParsedCollection } from './collection.js';

const past = new Date(0);
const plainCounts = ['folders', 'messages', 'bytes', 'renamed', 'seconds'] as const;
const number = z.number();
const leftOutCounts = z.object({
  folderExcluded: number,
  markedDeleted: number,
  contentFilter: number,
  tooLarge: number,
  tooManyItems: number,
} satisfies Record<LeftOutReason, z.ZodType>);
/** A group as the aggregation gives it, with all sums side by side. */
const group = z
  .object({ _id: z.enum(checkVerdicts), mailboxes: number, longestSeconds: number.nullable() })
  .extend({ folders: number, messages: number, bytes: number, renamed: number, seconds: number })
  .extend(leftOutCounts.shape)
  .transform((found): CheckGroup => {
    const { _id: verdict, mailboxes, folders, messages, bytes, renamed, seconds } = found;
    const longestSeconds = found.longestSeconds ?? 0;
    const leftOut = leftOutCounts.parse(found);
    return { verdict, mailboxes, longestSeconds, folders, messages, bytes, renamed, seconds, leftOut };
  });
const codeCount = z.object({ _id: z.string(), mailboxes: z.number() });

/** What the mailboxes of a check with one verdict add up to. */
export interface CheckGroup extends CheckCounts {
  verdict: CheckVerdict;
  mailboxes: number;
  longestSeconds: number;
}

/** Which row, and who works on it. */
export type HeldMailbox = Pick<CheckedMailbox, 'checkId' | 'userId' | 'owner'>;

/** The mailboxes of the last check of each batch. */
export class CheckedMailboxRepository {
  readonly #rows: ParsedCollection<typeof checkedMailboxSchema>;

  constructor(connection: Connection) {
    this.#rows = new ParsedCollection(connection, 'checkedMailboxes', checkedMailboxSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#rows.index({ batchId: 1, userId: 1 }, { unique: true });
    await this.#rows.index({ batchId: 1, emailAddress: 1 });
    await this.#rows.index({ checkId: 1, state: 1, notBefore: 1 });
    await this.#rows.index({ checkId: 1, login: 1 });
  }

  /** Has the mailboxes with these verdicts belong to a new check of the batch, and forgets all others. */
  async carryOver(batchId: string, checkId: string, kept: readonly CheckVerdict[]): Promise<void> {
    const older = { batchId, checkId: { $ne: checkId } };
    if (kept.length > 0) {
      await this.#rows.raw.updateMany({ ...older, verdict: { $in: [...kept] } }, { $set: { checkId } });
    }
    await this.#rows.removeMany(older);
  }

  /** Adds those that the check lacks; may be repeated. */
  async add(rows: readonly CheckedMailbox[]): Promise<void> {
    const batchId = rows[0]?.batchId ?? '';
    const userIds = rows.map(({ userId }) => userId);
    const there = await this.#rows.find({ batchId, userId: { $in: userIds } });
    const known = new Set(there.map(({ userId }) => userId));
    await this.#rows.insertMany(rows.filter(({ userId }) => !known.has(userId)));
  }

  /** The next mailbox that may be checked now, but for those of `busyLogins`. */
  async findDue(checkId: string, busyLogins: readonly string[]): Promise<CheckedMailbox | null> {
    const [due] = await this.#rows.find(
      { checkId, ...dueNow(), $nor: [{ skipLogin: null, login: { $in: [...busyLogins] } }] },
      { sort: { notBefore: 1, emailAddress: 1 }, limit: 1 },
    );
    return due ?? null;
  }

  /** Takes a mailbox; null when another replica did, or it is done. */
  claim({ checkId, userId, owner }: HeldMailbox, leaseMs: number): Promise<CheckedMailbox | null> {
    const until = new Date(Date.now() + leaseMs);
    return this.#rows.change(
      { checkId, userId, ...dueNow() },
      { $set: { state: 'running', owner, until }, $inc: { attempt: 1 } },
    );
  }

  /** Keeps the lease; null when it was lost. */
  renew(held: HeldMailbox, leaseMs: number): Promise<CheckedMailbox | null> {
    return this.#rows.change(heldBy(held), { $set: { until: new Date(Date.now() + leaseMs) } });
  }

  /** Gives a mailbox back unchecked: at once, or to be tried again later. */
  async giveBack(held: HeldMailbox, again: { notBefore: Date; attempt: number }): Promise<void> {
    const free = { state: 'waiting', owner: '', until: past };
    await this.#rows.change(heldBy(held), { $set: { ...free, ...again } });
  }

  /** Saves what was found; false when the lease was lost. */
  async finish(
    held: HeldMailbox,
    found: Pick<CheckedMailbox, 'verdict' | 'codes' | 'counts' | 'json'>,
  ): Promise<boolean> {
    const done = { state: 'done', owner: '', until: past, checkedAt: new Date() };
    return (await this.#rows.change(heldBy(held), { $set: { ...done, ...found } })) !== null;
  }

  /** Keeps the mailboxes that still wait from logging in with this login; says how many. */
  async skipLogin(checkId: string, login: string, reason: string): Promise<number> {
    const waiting = { checkId, login, state: 'waiting' };
    return (await this.#rows.raw.updateMany(waiting, { $set: { skipLogin: reason } })).modifiedCount;
  }

  /** Whether more than one mailbox has this login. */
  async isShared(checkId: string, login: string): Promise<boolean> {
    return (await this.#rows.count({ checkId, login })) > 1;
  }

  /** Mailboxes that are not done. */
  countOpen(checkId: string): Promise<number> {
    return this.#rows.count({ checkId, state: { $ne: 'done' } });
  }

  countAll(checkId: string): Promise<number> {
    return this.#rows.count({ checkId });
  }

  /** Checked mailboxes by e-mail address; the cursor is the address of the last one seen. */
  list(checkId: string, page: Page, verdicts?: readonly CheckVerdict[]): Promise<CheckedMailbox[]> {
    const after = page.cursor === null ? {} : { emailAddress: { $gt: page.cursor } };
    const wanted = verdicts === undefined ? {} : { verdict: { $in: [...verdicts] } };
    return this.#rows.find(
      { checkId, state: 'done', ...after, ...wanted },
      { sort: { emailAddress: 1 }, limit: page.limit },
    );
  }

  /** Sums by verdict. */
  async sums(checkId: string): Promise<CheckGroup[]> {
    const sum = (name: string) => ({ $sum: `$counts.${name}` });
    const stage = {
      _id: '$verdict',
      mailboxes: { $sum: 1 },
      longestSeconds: { $max: '$counts.seconds' },
      ...Object.fromEntries([...plainCounts, ...leftOutReasons].map((name) => [name, sum(pathOf(name))])),
    };
    const found = await this.#rows.raw
      .aggregate([{ $match: { checkId, state: 'done' } }, { $group: stage }])
      .toArray();
    return found.map((one) => group.parse(one));
  }

  /** How many mailboxes have which error or note. */
  async countCodes(checkId: string): Promise<Map<string, number>> {
    const stages = [
      { $match: { checkId, state: 'done' } },
      { $unwind: '$codes' },
      { $group: { _id: '$codes', mailboxes: { $sum: 1 } } },
    ];
    const found = await this.#rows.raw.aggregate(stages).toArray();
    return new Map(found.map((one) => codeCount.parse(one)).map(({ _id, mailboxes }) => [_id, mailboxes]));
  }

  removeOfBatch(tenantId: string, batchId: string): Promise<number> {
    return this.#rows.removeMany({ tenantId, batchId });
  }

  removeOfUser(tenantId: string, userId: string): Promise<number> {
    return this.#rows.removeMany({ tenantId, userId });
  }
}

const pathOf = (name: string): string =>
  leftOutReasons.some((reason) => reason === name) ? `leftOut.${name}` : name;

function dueNow(): Record<string, unknown> {
  const now = new Date();
  return {
    $or: [
      { state: 'waiting', notBefore: { $lte: now } },
      { state: 'running', until: { $lt: now } },
    ],
  };
}

function heldBy({ checkId, userId, owner }: HeldMailbox): Record<string, unknown> {
  return { checkId, userId, owner, state: 'running' };
}
