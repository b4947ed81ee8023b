import {
  dataConsistencyScores,
  outcomeReasons,
  scoreOf,
  skippedItemKindOf,
  skippedItemKinds,
  summaryOf,
  type Tally,
  userStatuses,
} from '@sterna/domain';
import type { MigrationUser, StateStore } from '@sterna/state';
import { z } from 'zod';
import { moment, printMoment } from './moment.js';
import { percentOf, tallyView } from './tally-view.js';

export const userSummaries = ['Active', 'Synced', 'Completed', 'Failed', 'Stopped'] as const;

export const userFields = z.object({
  userId: z.string(),
  emailAddress: z.string(),
  userName: z.string(),
  userRoot: z.string(),
  batchId: z.string(),
  batchName: z.string(),
  status: z.enum(userStatuses),
  statusSummary: z.enum(userSummaries),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  tally: tallyView,
  percentageComplete: z.int().min(0).max(100),
  dataConsistencyScore: z.enum(dataConsistencyScores),
  hasUnapprovedSkippedItems: z.boolean(),
  passNumber: z.int(),
  startAfter: moment.nullable(),
  completeAfter: moment.nullable(),
  lastSuccessfulSyncAt: moment.nullable(),
  nextSyncAt: moment.nullable(),
});
/** A migration user as the API shows it; no secret is in it. */
export const userView = userFields.meta({ id: 'User' });
export type UserView = z.output<typeof userView>;

/** A message that did not arrive. `subject` is its SHA-256 and `sender` null unless the tenant keeps subjects. */
export const missedMessageView = z
  .object({
    folder: z.string(),
    uid: z.int(),
    kind: z.enum(skippedItemKinds),
    outcome: z.enum(['filtered', 'skipped', 'failed', 'vanished']),
    reason: z.enum(outcomeReasons),
    explanation: z.string(),
    sizeBytes: z.int(),
    messageId: z.string().nullable(),
    subject: z.string().nullable(),
    sender: z.string().nullable(),
    sentAt: z.string().nullable(),
    receivedAt: z.string().nullable(),
  })
  .meta({ id: 'MissedMessage' });
export type MissedMessageView = z.output<typeof missedMessageView>;

export function viewUser(user: MigrationUser, batchName: string, tally: Tally): UserView {
  const statusSummary = summaryOf(user.status);
  return {
    userId: user.userId,
    emailAddress: user.emailAddress,
    userName: user.userName,
    userRoot: user.userRoot,
    batchId: user.batchId,
    batchName,
    status: user.status,
    statusSummary,
    error: user.error,
    tally,
    percentageComplete: percentOfUser(statusSummary, tally),
    dataConsistencyScore: scoreOf(tally),
    hasUnapprovedSkippedItems: tally.skipped + tally.failed > 0 && user.skippedItemsApprovedAt === null,
    passNumber: user.passNumber,
    startAfter: printMoment(user.startAfter),
    completeAfter: printMoment(user.completeAfter),
    lastSuccessfulSyncAt: printMoment(user.lastSuccessfulSyncAt),
    nextSyncAt: printMoment(user.nextSyncAt),
  };
}

function percentOfUser(summary: UserView['statusSummary'], tally: Tally): number {
  const hasArrived = summary === 'Synced' || summary === 'Completed';
  if (hasArrived && tally.found === 0) return 100;
  return summary === 'Active' ? Math.min(99, percentOf(tally)) : percentOf(tally);
}

/** The paths of the folders of a mailbox by id. */
export async function folderPathsOf(store: StateStore, pairId: string): Promise<Map<string, string>> {
  const folders = await store.folders.list(pairId);
  return new Map(folders.map((folder) => [folder.folderId, folder.path.join('/')]));
}

/** Messages that did not arrive. A page holds what `limit` chunks of the ledger hold, so it may be longer. */
export async function viewMissed(
  store: StateStore,
  pairId: string,
  page: { limit: number; cursor: string | null },
): Promise<{ items: MissedMessageView[]; nextCursor: string | null }> {
  const paths = await folderPathsOf(store, pairId);
  const found = await store.ledger.missed(pairId, page);
  const items = found.messages.map(({ folderId, uidValidity: _, ...message }) => ({
    folder: paths.get(folderId) ?? folderId,
    kind: skippedItemKindOf(message.reason),
    ...message,
  }));
  return { items, nextCursor: found.cursor };
}
