import { Inject, Injectable } from '@nestjs/common';
import { type BatchView, readBatchAccounts, viewBatch } from '@sterna/reports';
import { type Batch, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { notFound } from '../problems/problem.js';
import type { batchQuery } from './batch.schema.js';

/** Get-MigrationBatch. */
@Injectable()
export class BatchService {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  /** By name or id. @throws ProblemError notFound, in Microsoft's words */
  async find(tenantId: string, identity: string): Promise<Batch> {
    const batch = await this.lookUp(tenantId, identity);
    if (batch !== null) return batch;
    throw notFound(`The migration batch "${identity}" couldn't be found.`, 'batch');
  }

  /** By name or id; null when there is none. */
  async lookUp(tenantId: string, identity: string): Promise<Batch | null> {
    const { batches } = this.store;
    return (await batches.findByName(tenantId, identity)) ?? (await batches.find(tenantId, identity));
  }

  async list(
    tenantId: string,
    query: z.output<typeof batchQuery>,
  ): Promise<{ items: BatchView[]; nextCursor: string | null }> {
    const page = { limit: query.limit, cursor: query.cursor ?? null };
    const found = await this.store.batches.list(tenantId, page, query.status);
    const views = await Promise.all(found.map((batch) => this.view(batch)));
    const endpoint = query.endpoint?.toLowerCase();
    return {
      items:
        endpoint === undefined
          ? views
          : views.filter((view) => view.sourceEndpoint.toLowerCase() === endpoint),
      nextCursor: found.length < query.limit ? null : (found.at(-1)?.nameKey ?? null),
    };
  }

  /** With its counts, which come from the ledger. */
  async view(batch: Batch): Promise<BatchView> {
    return viewBatch(batch, await readBatchAccounts(this.store, batch));
  }
}
