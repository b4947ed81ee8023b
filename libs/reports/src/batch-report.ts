import { addTallies, emptyTally, scoreOf, type Tally, worstScore } from '@sterna/domain';
import type { Batch, MigrationUser, StateStore } from '@sterna/state';
import { z } from 'zod';
import { batchView, countUsers, viewBatch } from './batch-view.js';
import { finalStatusOf } from './final-status.js';
import { moment } from './moment.js';
import { missedMessageView, userView, viewMissed, viewUser } from './user-view.js';

const missedPerUser = 1_000;
const missedPerReport = 50_000;
const chunksAtOnce = 20;

/**
 * What became of every mailbox. `missed` lists up to 1,000 messages a mailbox and 50,000 in all; more of them are under
 * users/{user}/missed while the batch exists (`missedTruncated`).
 */
export const batchReport = z
  .object({
    createdAt: moment,
    isFinal: z.boolean(),
    batch: batchView,
    users: z.array(
      userView
        .extend({ missed: z.array(missedMessageView), missedTruncated: z.boolean() })
        .meta({ id: 'UserReport' }),
    ),
  })
  .meta({ id: 'BatchReport' });
export type BatchReport = z.output<typeof batchReport>;
type UserReport = BatchReport['users'][number];

/**
 * The report on a batch, from the ledger. A final one says of what the removal cut off how it stands then, not
 * that it is Removing.
 */
export async function createBatchReport(
  store: StateStore,
  batch: Batch,
  { isFinal, now }: { isFinal: boolean; now: Date },
): Promise<BatchReport> {
  const users: UserReport[] = [];
  let room = missedPerReport;
  for await (const page of store.users.pagesOf(batch)) {
    const tallies = await store.ledger.tallies(page.map((user) => user.pairId));
    for (const user of page) {
      const shown = isFinal ? settled(user) : user;
      const tally = tallies.get(user.pairId) ?? emptyTally;
      const missed = await readMissed(store, user.pairId, Math.min(missedOf(tally), missedPerUser, room));
      room -= missed.length;
      const missedTruncated = missedOf(tally) > missed.length;
      users.push({ ...viewUser(shown, batch.name, tally), missed, missedTruncated });
    }
  }
  const endpoint = await store.endpoints.find(batch.tenantId, batch.endpointId);
  const accounts = {
    endpointName: endpoint?.name ?? batch.endpointId,
    users: countUsers(users.map(({ status }) => [status, 1] as const)),
    tally: users.reduce((sum, user) => addTallies(sum, user.tally), emptyTally),
    score: worstScore(users.map(({ tally }) => scoreOf(tally))),
    rowErrors: await store.rowErrors.ofBatch(batch),
  };
  return {
    createdAt: now.toISOString(),
    isFinal,
    batch: viewBatch(isFinal ? settled(batch) : batch, accounts),
    users,
  };
}

const missedOf = ({ filtered, skipped, failed, vanished }: Tally): number =>
  filtered + skipped + failed + vanished;

async function readMissed(store: StateStore, pairId: string, wanted: number): Promise<UserReport['missed']> {
  const missed: UserReport['missed'] = [];
  let cursor: string | null = null;
  while (missed.length < wanted) {
    const page = await viewMissed(store, pairId, { limit: chunksAtOnce, cursor });
    missed.push(...page.items);
    cursor = page.nextCursor;
    if (cursor === null) break;
  }
  return missed.slice(0, wanted);
}

function settled<Kind extends Batch | MigrationUser>(one: Kind): Kind {
  const status = finalStatusOf(one.statusHistory) ?? one.status;
  return 'userId' in one ? { ...one, status, nextSyncAt: null } : { ...one, status };
}
