import { Inject, Injectable } from '@nestjs/common';
import { type Batch, type MigrationUser, StateStore } from '@sterna/state';
import { BatchService } from '../batches/batch.service.js';
import { usersOfBatch } from '../batches/batch-users.js';
import { notFound } from '../problems/problem.js';
import { UserService } from '../users/user.service.js';
import type { UserView } from '../users/user.schema.js';
import { batchReport, type BatchReport } from './report.schema.js';

const missedPerUser = 1000;

/** Get-MigrationReport: of a batch while it exists, and the final one after its removal. */
@Injectable()
export class ReportService {
  private readonly store: StateStore;
  private readonly batches: BatchService;
  private readonly users: UserService;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(BatchService) batches: BatchService,
    @Inject(UserService) users: UserService,
  ) {
    this.store = store;
    this.batches = batches;
    this.users = users;
  }

  async create(batch: Batch, isFinal: boolean): Promise<BatchReport> {
    const users: BatchReport['users'] = [];
    for await (const chunk of usersOfBatch(this.store, batch)) {
      const views = await this.users.view(chunk);
      const pairs = chunk.flatMap((user, index) => {
        const view = views[index];
        return view === undefined ? [] : [{ user, view }];
      });
      users.push(...(await Promise.all(pairs.map(({ user, view }) => this.reportUser(user, view)))));
    }
    return { createdAt: new Date().toISOString(), isFinal, batch: await this.batches.view(batch), users };
  }

  save(batch: Batch, report: BatchReport): Promise<void> {
    return this.store.reports.save({
      tenantId: batch.tenantId,
      batchId: batch.batchId,
      batchName: batch.name,
      savedAt: new Date(),
      json: JSON.stringify(report),
    });
  }

  /** @throws ProblemError notFound */
  async findFinal(tenantId: string, batchId: string): Promise<BatchReport> {
    const saved = await this.store.reports.find(tenantId, batchId);
    if (saved === null)
      throw notFound(`The final report of the batch "${batchId}" couldn't be found.`, 'batchId');
    return batchReport.parse(JSON.parse(saved.json));
  }

  private async reportUser(user: MigrationUser, view: UserView): Promise<BatchReport['users'][number]> {
    const { filtered, skipped, failed, vanished } = view.tally;
    if (filtered + skipped + failed + vanished === 0) return { ...view, missed: [], missedTruncated: false };
    const { items, nextCursor } = await this.users.missed(user, { limit: 20 });
    return {
      ...view,
      missed: items.slice(0, missedPerUser),
      missedTruncated: nextCursor !== null || items.length > missedPerUser,
    };
  }
}
