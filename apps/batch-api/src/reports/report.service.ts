import { Inject, Injectable } from '@nestjs/common';
import { batchReport, type BatchReport, createBatchReport } from '@sterna/reports';
import { type Batch, StateStore } from '@sterna/state';
import { notFound } from '../problems/problem.js';

/** Get-MigrationReport: of a batch while it exists, and the final one after its removal. */
@Injectable()
export class ReportService {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  create(batch: Batch, isFinal: boolean): Promise<BatchReport> {
    return createBatchReport(this.store, batch, { isFinal, now: new Date() });
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
}
