import {
  checkNotes,
  checkStates,
  type CheckVerdict,
  checkVerdicts,
  errorCodes,
  estimateBatch,
  leftOutReasons,
} from '@sterna/domain';
import type { BatchCheck, CheckGroup, StateStore } from '@sterna/state';
import { z } from 'zod';
import { adviceOf } from './advice.js';
import { mailboxCheck, nothingLeftOut } from './mailbox-check.js';

const count = z.int().min(0);
const moment = z.iso.datetime();
/** Mailboxes at once where neither endpoint nor tenant says otherwise; the workers there are decide. */
const unlimited = 1_000_000;

/**
 * The check of a batch. `totals` add up what is checked so far; `codes` say how many mailboxes have which error or note,
 * with what to do about an error. `estimatedSeconds` is the shortest time for the mailboxes that are checked, as many at
 * once as endpoint and tenant allow.
 */
export const batchCheck = z
  .object({
    checkId: z.string(),
    batchName: z.string(),
    state: z.enum(checkStates),
    createdAt: moment,
    createdBy: z.string(),
    endedAt: moment.nullable(),
    pauseMs: count,
    mailboxSeconds: count,
    onlyFailed: z.boolean(),
    totalCount: count,
    doneCount: count,
    verdicts: z.object({ go: count, goWithNotes: count, noGo: count, notTried: count }),
    totals: z.object({
      folders: count,
      messages: count,
      bytes: count,
      renamed: count,
      leftOut: mailboxCheck.shape.source.shape.leftOut,
    }),
    codes: z.array(
      z.object({
        code: z.enum([...errorCodes, ...checkNotes]),
        mailboxes: count,
        isProblem: z.boolean(),
        advice: z.string(),
      }),
    ),
    mailboxesAtOnce: count.nullable(),
    estimatedSeconds: count,
  })
  .meta({ id: 'BatchCheck' });
export type BatchCheckView = z.output<typeof batchCheck>;

/** Reads the sums of a check from its mailboxes. */
export async function viewCheck(
  store: StateStore,
  check: BatchCheck,
  batchName: string,
): Promise<BatchCheckView> {
  const { checkId, tenantId, settings } = check;
  const [groups, codes, endpoint, tenant] = await Promise.all([
    store.checkedMailboxes.sums(checkId),
    store.checkedMailboxes.countCodes(checkId),
    store.endpoints.find(tenantId, check.endpointId),
    store.tenants.find(tenantId),
  ]);
  const limits = [endpoint?.maxConcurrentMigrations, tenant?.config.maxConcurrentMigrations].flatMap(
    (limit) => (limit === null || limit === undefined ? [] : [limit]),
  );
  const mailboxesAtOnce = limits.length === 0 ? null : Math.min(...limits);
  const doneCount = sumOf(groups, ({ mailboxes }) => mailboxes);
  return {
    ...{ checkId, batchName, state: check.state, ...settings },
    createdAt: check.createdAt.toISOString(),
    createdBy: check.createdBy,
    endedAt: check.endedAt?.toISOString() ?? null,
    totalCount: check.totalCount,
    doneCount,
    verdicts: verdictsOf(groups),
    totals: totalsOf(groups),
    codes: viewCodes(codes),
    mailboxesAtOnce,
    estimatedSeconds: estimateBatch(
      {
        mailboxes: doneCount,
        sumSeconds: sumOf(groups, ({ seconds }) => seconds),
        longestSeconds: Math.max(0, ...groups.map(({ longestSeconds }) => longestSeconds)),
      },
      mailboxesAtOnce ?? unlimited,
    ),
  };
}

function verdictsOf(groups: readonly CheckGroup[]): Record<CheckVerdict, number> {
  const of = (wanted: CheckVerdict): number =>
    groups.find(({ verdict }) => verdict === wanted)?.mailboxes ?? 0;
  const [go, goWithNotes, noGo, notTried] = checkVerdicts;
  return { go: of(go), goWithNotes: of(goWithNotes), noGo: of(noGo), notTried: of(notTried) };
}

function totalsOf(groups: readonly CheckGroup[]): BatchCheckView['totals'] {
  const leftOut = nothingLeftOut();
  for (const group of groups) for (const reason of leftOutReasons) leftOut[reason] += group.leftOut[reason];
  return {
    folders: sumOf(groups, ({ folders }) => folders),
    messages: sumOf(groups, ({ messages }) => messages),
    bytes: sumOf(groups, ({ bytes }) => bytes),
    renamed: sumOf(groups, ({ renamed }) => renamed),
    leftOut,
  };
}

function viewCodes(counts: ReadonlyMap<string, number>): BatchCheckView['codes'] {
  const problems = errorCodes.flatMap((code) => {
    const mailboxes = counts.get(code);
    return mailboxes === undefined ? [] : [{ code, mailboxes, isProblem: true, advice: adviceOf(code) }];
  });
  const notes = checkNotes.flatMap((code) => {
    const mailboxes = counts.get(code);
    return mailboxes === undefined ? [] : [{ code, mailboxes, isProblem: false, advice: '' }];
  });
  return [...problems, ...notes];
}

function sumOf(groups: readonly CheckGroup[], value: (group: CheckGroup) => number): number {
  return groups.reduce((sum, group) => sum + value(group), 0);
}
