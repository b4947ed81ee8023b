import { Inject, Injectable } from '@nestjs/common';
import { emptyTally, summaryOf, type Tally, type UserStatus, userStatuses } from '@sterna/domain';
import { type MigrationUser, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { BatchService } from '../batches/batch.service.js';
import type { PageQuery } from '../page.js';
import { notFound } from '../problems/problem.js';
import type { MissedMessageView, userQuery, UserStatistics, UserView } from './user.schema.js';
import { viewUser } from './user.view.js';

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
    const tallies = await this.store.ledger.tallies(users.map((user) => user.pairId));
    return users.map((user) => viewUser(user, tallies.get(user.pairId) ?? emptyTally));
  }

  /** Messages that did not arrive. A page holds what `limit` chunks of the ledger hold, so it may be longer. */
  async missed(user: MigrationUser, page: PageQuery): Promise<MissedPage> {
    const paths = await this.pathsOf(user);
    const found = await this.store.ledger.missed(user.pairId, {
      limit: page.limit,
      cursor: page.cursor ?? null,
    });
    return {
      items: found.messages.map(({ folderId, uidValidity: _, ...message }) => ({
        folder: paths.get(folderId) ?? folderId,
        ...message,
      })),
      nextCursor: found.cursor,
    };
  }

  async statistics(user: MigrationUser): Promise<UserStatistics> {
    const [tally, byFolder, paths, missed, rate] = await Promise.all([
      this.store.ledger.tally(user.pairId),
      this.store.ledger.tallyByFolder(user.pairId),
      this.pathsOf(user),
      this.missed(user, { limit: 10 }),
      this.rateOf(user),
    ]);
    const folders = [...byFolder].map(([folderId, folderTally]) => ({
      path: paths.get(folderId) ?? folderId,
      tally: folderTally,
    }));
    return {
      ...viewUser(user, tally),
      folders: folders.sort((a, b) => a.path.localeCompare(b.path)),
      statusHistory: user.statusHistory.map((change) => ({ ...change, at: change.at.toISOString() })),
      bytesMigrated: tally.migratedBytes,
      rate: rate === null ? null : ratePerSecond(tally, rate),
      missed: missed.items,
      missedNextCursor: missed.nextCursor,
    };
  }

  private async pathsOf(user: MigrationUser): Promise<Map<string, string>> {
    const folders = await this.store.folders.list(user.pairId);
    return new Map(folders.map((folder) => [folder.folderId, folder.path.join('/')]));
  }

  /** How long the passes of the user have run, in seconds; null before the first. */
  private async rateOf(user: MigrationUser): Promise<number | null> {
    const passes = (await this.store.passes.ofBatch(user.tenantId, user.batchId)).filter(
      (pass) => pass.userId === user.userId && pass.startedAt !== null,
    );
    if (passes.length === 0) return null;
    const milliseconds = passes.reduce(
      (sum, { startedAt, endedAt }) =>
        sum + (endedAt ?? new Date()).getTime() - (startedAt ?? new Date()).getTime(),
      0,
    );
    return Math.max(0.001, milliseconds / 1000);
  }
}

function ratePerSecond(tally: Tally, seconds: number): NonNullable<UserStatistics['rate']> {
  return {
    messagesPerSecond: tally.migrated / seconds,
    bytesPerSecond: tally.migratedBytes / seconds,
    seconds,
  };
}
