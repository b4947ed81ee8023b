import { Inject, Injectable } from '@nestjs/common';
import { emptyTally, summaryOf, type Tally, type UserStatus, userStatuses } from '@sterna/domain';
import {
  folderPathsOf,
  type MissedMessageView,
  printMoment,
  type UserView,
  viewMissed,
  viewUser,
} from '@sterna/reports';
import { type MigrationUser, type Pass, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { BatchService } from '../batches/batch.service.js';
import type { PageQuery } from '../page.js';
import { notFound } from '../problems/problem.js';
import { durationsOf } from './user-durations.js';
import type { userQuery, UserStatistics } from './user.schema.js';

const shownPasses = 100;

export interface MissedPage {
  items: MissedMessageView[];
  nextCursor: string | null;
}

function wantedStatuses(query: z.output<typeof userQuery>): UserStatus[] | null {
  const { status, statusSummary } = query;
  if (status === undefined && statusSummary === undefined) return null;
  return userStatuses.filter(
    (known) =>
      (status === undefined || known === status) &&
      (statusSummary === undefined || summaryOf(known) === statusSummary),
  );
}

/** Get-MigrationUser and Get-MigrationUserStatistics. */
@Injectable()
export class UserService {
  private readonly store: StateStore;
  private readonly batches: BatchService;

  constructor(@Inject(StateStore) store: StateStore, @Inject(BatchService) batches: BatchService) {
    this.store = store;
    this.batches = batches;
  }

  /** By e-mail address or id. @throws ProblemError notFound */
  async find(tenantId: string, identity: string): Promise<MigrationUser> {
    const [byEmail] = await this.store.users.findByEmail(tenantId, identity);
    const user = byEmail ?? (await this.store.users.find(tenantId, identity));
    if (user !== null) return user;
    throw notFound(`The migration user "${identity}" couldn't be found.`, 'user');
  }

  async list(
    tenantId: string,
    query: z.output<typeof userQuery>,
  ): Promise<{ items: UserView[]; nextCursor: string | null }> {
    const batch = query.batch === undefined ? null : await this.batches.find(tenantId, query.batch);
    const statuses = wantedStatuses(query);
    const users = await this.store.users.list(
      tenantId,
      { ...(batch !== null && { batchId: batch.batchId }), ...(statuses !== null && { statuses }) },
      { limit: query.limit, cursor: query.cursor ?? null },
    );
    return {
      items: await this.view(users),
      nextCursor: users.length < query.limit ? null : (users.at(-1)?.emailAddress ?? null),
    };
  }

  /** Users with their tallies from the ledger. */
  async view(users: readonly MigrationUser[]): Promise<UserView[]> {
    const [tallies, names] = await Promise.all([
      this.store.ledger.tallies(users.map((user) => user.pairId)),
      this.namesOfBatches(users),
    ]);
    return users.map((user) =>
      viewUser(user, names.get(user.batchId) ?? user.batchId, tallies.get(user.pairId) ?? emptyTally),
    );
  }

  async viewOne(user: MigrationUser): Promise<UserView> {
    const [view] = await this.view([user]);
    if (view === undefined) throw new Error('a user was not shown');
    return view;
  }

  private async namesOfBatches(users: readonly MigrationUser[]): Promise<Map<string, string>> {
    const wanted = new Map(users.map(({ batchId, tenantId }) => [batchId, tenantId]));
    const found = await Promise.all(
      [...wanted].map(([batchId, tenantId]) => this.store.batches.find(tenantId, batchId)),
    );
    return new Map(found.flatMap((batch) => (batch === null ? [] : [[batch.batchId, batch.name] as const])));
  }

  missed(user: MigrationUser, page: PageQuery): Promise<MissedPage> {
    return viewMissed(this.store, user.pairId, { limit: page.limit, cursor: page.cursor ?? null });
  }

  async statistics(user: MigrationUser): Promise<UserStatistics> {
    const [view, byFolder, paths, missed, passes] = await Promise.all([
      this.viewOne(user),
      this.store.ledger.tallyByFolder(user.pairId),
      folderPathsOf(this.store, user.pairId),
      this.missed(user, { limit: 10 }),
      this.store.passes.ofUser(user.userId, shownPasses),
    ]);
    const folders = [...byFolder].map(([folderId, folderTally]) => ({
      path: paths.get(folderId) ?? folderId,
      tally: folderTally,
    }));
    return {
      ...view,
      folders: folders.sort((a, b) => a.path.localeCompare(b.path)),
      statusHistory: user.statusHistory.map((change) => ({ ...change, at: change.at.toISOString() })),
      bytesMigrated: view.tally.migratedBytes,
      rate: rateOf(view.tally, passes),
      durations: durationsOf(user.statusHistory, new Date()),
      passes: passes.map(viewPass),
      missed: missed.items,
      missedNextCursor: missed.nextCursor,
    };
  }
}

function viewPass({
  number,
  kind,
  startedAt,
  endedAt,
  result,
  error,
}: Pass): UserStatistics['passes'][number] {
  return {
    number,
    kind,
    startedAt: printMoment(startedAt),
    endedAt: printMoment(endedAt),
    result,
    error: error === null ? null : { code: error.code, message: error.message },
  };
}

/** Over the time that the passes have run; null before the first. */
function rateOf(tally: Tally, passes: readonly Pass[]): UserStatistics['rate'] {
  const now = new Date();
  const run = passes.flatMap(({ startedAt, endedAt }) =>
    startedAt === null ? [] : [(endedAt ?? now).getTime() - startedAt.getTime()],
  );
  if (run.length === 0) return null;
  const seconds = Math.max(0.001, run.reduce((sum, ms) => sum + ms, 0) / 1000);
  return {
    messagesPerSecond: tally.migrated / seconds,
    bytesPerSecond: tally.migratedBytes / seconds,
    seconds,
  };
}
