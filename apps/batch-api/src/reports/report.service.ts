import { Inject, Injectable } from '@nestjs/common';
import { batchReport, partsOf, printReportCsv, printReportJson, readBatchReport } from '@sterna/reports';
import { type Batch, reportCursorOf, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { BatchService } from '../batches/batch.service.js';
import type { PageQuery } from '../page.js';
import { notFound, ProblemError } from '../problems/problem.js';
import type { finalReportPage } from './report.schema.js';

type Pieces = AsyncIterable<string> | Iterable<string>;

/** A report in either form, in pieces; it can be read once. */
export interface ReportTexts {
  json: () => Pieces;
  csv: () => Pieces;
}

/** Get-MigrationReport: of a batch while it exists, and the final one after its removal. */
@Injectable()
export class ReportService {
  private readonly store: StateStore;
  private readonly batches: BatchService;

  constructor(@Inject(StateStore) store: StateStore, @Inject(BatchService) batches: BatchService) {
    this.store = store;
    this.batches = batches;
  }

  /** The report on a batch as it stands. */
  read(batch: Batch): ReportTexts {
    const parts = readBatchReport(this.store, batch, { isFinal: false });
    return {
      json: () => printReportJson(parts, new Date()),
      csv: () => printReportCsv(parts),
    };
  }

  /** The final reports of a tenant, the newest first. */
  async list(tenantId: string, page: PageQuery): Promise<z.input<typeof finalReportPage>> {
    const found = await this.store.reports.list(tenantId, { limit: page.limit, cursor: page.cursor ?? null });
    const last = found.at(-1);
    return {
      items: found.map(({ batchId, batchName, savedAt }) => ({
        batchId,
        batchName,
        savedAt: savedAt.toISOString(),
      })),
      nextCursor: last === undefined || found.length < page.limit ? null : reportCursorOf(last),
    };
  }

  /** By the id of the batch, or the newest of its name. @throws ProblemError notFound */
  async findFinal(tenantId: string, identity: string): Promise<ReportTexts> {
    const { reports } = this.store;
    const saved = (await reports.find(tenantId, identity)) ?? (await reports.findByName(tenantId, identity));
    if (saved === null) throw await this.noFinal(tenantId, identity);
    return {
      json: () => [saved.json],
      csv: () => printReportCsv(partsOf(batchReport.parse(JSON.parse(saved.json)))),
    };
  }

  private async noFinal(tenantId: string, identity: string): Promise<ProblemError> {
    const batch = await this.batches.lookUp(tenantId, identity);
    if (batch?.status !== 'Removing')
      return notFound(`The final report of the batch "${identity}" couldn't be found.`, 'batchId');
    return new ProblemError('notFound', {
      what: `The batch "${batch.name}" is still being removed.`,
      where: 'batchId',
      expected: 'Its final report is there when its removal has ended: ask again then.',
    });
  }
}
