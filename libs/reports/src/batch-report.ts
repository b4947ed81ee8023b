import {
  addTallies,
  type DataConsistencyScore,
  emptyTally,
  scoreOf,
  type Tally,
  type UserStatus,
  worstScore,
} from '@sterna/domain';
import type { Batch, MigrationUser, StateStore } from '@sterna/state';
import { z } from 'zod';
import { batchView, type BatchView, countUsers, viewBatch } from './batch-view.js';
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

/** A report comes in parts, as it may be of 50,000 mailboxes: pages of them, and at last the batch, which adds them up. */
export type ReportPart =
  { kind: 'users'; users: UserReport[] } | { kind: 'batch'; batch: BatchView; isFinal: boolean };

/**
 * The report on a batch, from the ledger. A final one says of what the removal cut off how it stands then, not
 * that it is Removing.
 */
export async function* readBatchReport(
  store: StateStore,
  batch: Batch,
  { isFinal }: { isFinal: boolean },
): AsyncGenerator<ReportPart> {
  const counts = new Map<UserStatus, number>();
  const scores = new Set<DataConsistencyScore>();
  let total = emptyTally;
  let room = missedPerReport;
  for await (const page of store.users.pagesOf(batch)) {
    const tallies = await store.ledger.tallies(page.map((user) => user.pairId));
    const users: UserReport[] = [];
    for (const user of page) {
      const shown = isFinal ? settled(user) : user;
      const tally = tallies.get(user.pairId) ?? emptyTally;
      const missed = await readMissed(store, user.pairId, Math.min(missedOf(tally), missedPerUser, room));
      room -= missed.length;
      const missedTruncated = missedOf(tally) > missed.length;
      users.push({ ...viewUser(shown, batch.name, tally), missed, missedTruncated });
      counts.set(shown.status, (counts.get(shown.status) ?? 0) + 1);
      scores.add(scoreOf(tally));
      total = addTallies(total, tally);
    }
    yield { kind: 'users', users };
  }
  const endpoint = await store.endpoints.find(batch.tenantId, batch.endpointId);
  const rowErrors = await store.rowErrors.ofBatch(batch);
  const accounts = {
    endpointName: endpoint?.name ?? batch.endpointId,
    users: countUsers(counts),
    tally: total,
    score: worstScore(scores),
    rowErrors,
    rowErrorCount: rowErrors.length,
  };
  yield { kind: 'batch', batch: viewBatch(isFinal ? settled(batch) : batch, accounts), isFinal };
}

/** The parts of a report that is at hand as a whole. */
export function partsOf({ users, batch, isFinal }: BatchReport): ReportPart[] {
  return [
    { kind: 'users', users },
    { kind: 'batch', batch, isFinal },
  ];
}

/** A report as JSON, in pieces; the first comes when the first part was read. */
export async function* printReportJson(
  parts: AsyncIterable<ReportPart>,
  createdAt: Date,
): AsyncGenerator<string> {
  let before = `{"createdAt":${JSON.stringify(createdAt)},"users":[`;
  for await (const part of parts) {
    if (part.kind === 'users') {
      yield before + part.users.map((user) => JSON.stringify(user)).join(',');
      before = ',';
    } else {
      const { batch, isFinal } = part;
      yield `${before === ',' ? '' : before}],"batch":${JSON.stringify(batch)},"isFinal":${isFinal}}`;
    }
  }
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
