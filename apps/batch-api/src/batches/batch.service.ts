import { Inject, Injectable } from '@nestjs/common';
import { addTallies, emptyTally, type Tally } from '@sterna/domain';
import { type Batch, StateStore } from '@sterna/state';
import type { z } from 'zod';
import { notFound } from '../problems/problem.js';
import type { batchQuery, BatchView } from './batch.schema.js';
import { usersOfBatch } from './batch-users.js';
import { countUsers, viewBatch } from './batch.view.js';

/** Get-MigrationBatch. */
@Injectable()
export class BatchService {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  /** By name or id. @throws ProblemError notFound, in Microsoft's words */
  async find(tenantId: string, identity: string): Promise<Batch> {
    const { batches } = this.store;
    const batch = (await batches.findByName(tenantId, identity)) ?? (await batches.find(tenantId, identity));
    if (batch !== null) return batch;
    throw notFound(`The migration batch "${identity}" couldn't be found.`, 'batch');
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
    const [endpoint, counts, tally] = await Promise.all([
      this.store.endpoints.find(batch.tenantId, batch.endpointId),
      this.store.users.countByStatus(batch.tenantId, batch.batchId),
      this.tallyOf(batch),
    ]);
    return viewBatch(batch, {
      endpointName: endpoint?.name ?? batch.endpointId,
      users: countUsers(counts),
      tally,
    });
  }

  private async tallyOf(batch: Batch): Promise<Tally> {
    let sum = emptyTally;
    for await (const users of usersOfBatch(this.store, batch)) {
      const tallies = await this.store.ledger.tallies(users.map((user) => user.pairId));
      for (const tally of tallies.values()) sum = addTallies(sum, tally);
    }
    return sum;
  }
}
