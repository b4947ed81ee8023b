import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import {
  type BatchCheckView,
  mailboxCheck,
  type MailboxCheck,
  printCheckHeader,
  printCheckRow,
  serverKeyOf,
  viewCheck,
} from '@sterna/preflight';
import { type Batch, type BatchCheck, type CheckedMailbox, StateStore } from '@sterna/state';
import type { z } from 'zod';
import type { RequestAccess } from '../access/access.js';
import { notFound, ProblemError, statusForbids } from '../problems/problem.js';
import type { checkedMailboxQuery, CheckRequest, MailboxCheckPage } from './batch-check.schema.js';
import { CheckWorker } from './check-worker.js';

const past = new Date(0);
const printedAtOnce = 200;

/** The check of a batch: begun here, done in the background by any replica. */
@Injectable()
export class BatchCheckService {
  private readonly store: StateStore;
  private readonly worker: CheckWorker;

  constructor(@Inject(StateStore) store: StateStore, @Inject(CheckWorker) worker: CheckWorker) {
    this.store = store;
    this.worker = worker;
  }

  /** @throws ProblemError inUse while one is under way, statusForbids, notFound */
  async start(access: RequestAccess, batch: Batch, settings: CheckRequest): Promise<BatchCheckView> {
    const { tenantId, batchId, endpointId, name } = batch;
    if (batch.status === 'Removing') throw statusForbids('migration batch', name, batch.status, 'checked');
    const endpoint = await this.store.endpoints.find(tenantId, endpointId);
    if (endpoint === null) throw notFound('The endpoint of the batch is gone.', 'batch');
    const check = await this.store.checks.start({
      ...{ checkId: randomUUID(), tenantId, batchId, endpointId, serverKey: serverKeyOf(endpoint) },
      ...{ state: 'preparing', settings, createdAt: new Date(), createdBy: access.actor, endedAt: null },
      ...{ totalCount: batch.totalCount, goodLogins: [], owner: '', until: past },
    });
    if (check === null) {
      throw new ProblemError('inUse', {
        what: `The migration batch "${name}" is being checked already.`,
        where: 'batch',
        expected: 'A batch that is not being checked; wait until that check is done, or stop it.',
      });
    }
    await this.record(access, 'batch.check', batch);
    this.worker.wake();
    return this.view(batch, check);
  }

  /** The last check. @throws ProblemError notFound */
  async find(batch: Batch): Promise<BatchCheck> {
    const check = await this.store.checks.find(batch.tenantId, batch.batchId);
    if (check !== null) return check;
    throw notFound(`The migration batch "${batch.name}" was never checked.`, 'batch');
  }

  view(batch: Batch, check: BatchCheck): Promise<BatchCheckView> {
    return viewCheck(this.store, check, batch.name);
  }

  /** What is under way is called off within seconds; what is checked stays. @throws ProblemError notFound */
  async stop(access: RequestAccess, batch: Batch): Promise<BatchCheckView> {
    const stopped = await this.store.checks.stop(batch.tenantId, batch.batchId);
    if (stopped !== null) await this.record(access, 'batch.check.stop', batch);
    return this.view(batch, stopped ?? (await this.find(batch)));
  }

  async list(check: BatchCheck, query: z.output<typeof checkedMailboxQuery>): Promise<MailboxCheckPage> {
    const { limit, cursor, verdict } = query;
    const verdicts = verdict === undefined ? undefined : [verdict];
    const page = { limit, cursor: cursor ?? null };
    const rows = await this.store.checkedMailboxes.list(check.checkId, page, verdicts);
    return {
      items: rows.flatMap(resultOf),
      nextCursor: rows.length < limit ? null : (rows.at(-1)?.emailAddress ?? null),
    };
  }

  /** All mailboxes as CSV, in parts. */
  async *csv(check: BatchCheck): AsyncGenerator<string> {
    yield printCheckHeader();
    for (let cursor: string | null = null; ;) {
      const page = { limit: printedAtOnce, cursor };
      const rows: CheckedMailbox[] = await this.store.checkedMailboxes.list(check.checkId, page);
      yield rows.flatMap(resultOf).map(printCheckRow).join('');
      cursor = rows.at(-1)?.emailAddress ?? null;
      if (cursor === null) return;
    }
  }

  private async record(access: RequestAccess, action: string, batch: Batch): Promise<void> {
    const { actor, tenantId } = access;
    const detail = { batchId: batch.batchId };
    await this.store.audit.append({ tenantId, actor, action, subject: batch.name, detail });
  }
}

function resultOf({ json }: CheckedMailbox): MailboxCheck[] {
  return json === null ? [] : [mailboxCheck.parse(JSON.parse(json))];
}
