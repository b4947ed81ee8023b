import { Inject, Injectable } from '@nestjs/common';
import type { CsvRow } from '@sterna/csv';
import type { BatchStatus, UserStatus } from '@sterna/domain';
import {
  type Batch,
  type BatchSettings,
  type Endpoint,
  type MigrationUser,
  type RowError,
  StateStore,
} from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { EndpointService } from '../endpoints/endpoint.service.js';
import { statusForbids } from '../problems/problem.js';
import type { BatchChange } from './batch.schema.js';
import { addressOf, alreadyInBatch, pairIdOf, readRows, rowErrorOf, storeUsers } from './batch-users.js';

const closed: readonly BatchStatus[] = ['Completing', 'Completed', 'Removing', 'Corrupted'];
const running: readonly BatchStatus[] = [
  'Waiting',
  'Starting',
  'Syncing',
  'Synced',
  'SyncedWithErrors',
  'IncrementalSyncing',
];
const startable: readonly UserStatus[] = ['Validating'];

export interface AddedUsers {
  added: number;
  updated: number;
  rowErrors: RowError[];
  batch: Batch;
}

/** Set-MigrationBatch. */
@Injectable()
export class BatchChangeService {
  private readonly store: StateStore;
  private readonly endpoints: EndpointService;

  constructor(@Inject(StateStore) store: StateStore, @Inject(EndpointService) endpoints: EndpointService) {
    this.store = store;
    this.endpoints = endpoints;
  }

  /** What is left out stays. @throws ProblemError statusForbids */
  async change(access: RequestAccess, batch: Batch, wanted: BatchChange): Promise<Batch> {
    const { approveSkippedItems, startAfter, completeAfter, ...settings } = wanted;
    const now = new Date();
    const set: BatchSettings = { quietSince: now };
    for (const [name, value] of Object.entries(settings))
      if (value !== undefined) Object.assign(set, { [name]: value });
    if (startAfter !== undefined) set.startAfter = dateOf(startAfter);
    if (completeAfter !== undefined) set.completeAfter = dateOf(completeAfter);
    const changed = await this.store.batches.change(batch.tenantId, batch.batchId, set);
    if (changed === null) throw statusForbids('migration batch', batch.name, batch.status, 'changed');
    if (approveSkippedItems === true) await this.approveSkippedItems(batch, now);
    await this.record(access, 'batch.set', batch, wanted);
    return changed;
  }

  private async approveSkippedItems(batch: Batch, now: Date): Promise<void> {
    for await (const users of this.store.users.pagesOf(batch)) {
      const set = { skippedItemsApprovedAt: now };
      await Promise.all(users.map((user) => this.store.users.change(user, { set })));
    }
  }

  /**
   * -AddUsers: new rows join the batch, and start with it when it runs; mailboxes that are in it already get the
   * password of their row.
   * @throws ProblemError csvInvalid, statusForbids
   */
  async addUsers(
    access: RequestAccess,
    batch: Batch,
    csv: Uint8Array,
    allowUnknownColumns: boolean,
  ): Promise<AddedUsers> {
    if (closed.includes(batch.status)) {
      throw statusForbids('migration batch', batch.name, batch.status, 'given more users');
    }
    const endpoint = await this.endpoints.find(access.tenantId, batch.endpointId);
    const file = { csv, endpoint, allowUnknownColumns };
    const result: AddedUsers = { added: 0, updated: 0, rowErrors: [], batch };
    for await (const { faults } of readRows(file)) result.rowErrors.push(...faults.map(rowErrorOf));
    for await (const { rows } of readRows(file)) await this.addChunk(result, endpoint, rows);
    if (result.added > 0) await this.store.batches.addToTotal(batch.tenantId, batch.batchId, result.added);
    result.rowErrors.sort((a, b) => a.line - b.line);
    await this.store.rowErrors.add(batch, result.rowErrors);
    const set = { quietSince: new Date() };
    result.batch = (await this.store.batches.change(batch.tenantId, batch.batchId, set)) ?? batch;
    if (running.includes(batch.status)) await this.queueNew(batch);
    await this.record(access, 'batch.addUsers', batch, { added: result.added, updated: result.updated });
    return result;
  }

  private async addChunk(result: AddedUsers, endpoint: Endpoint, rows: readonly CsvRow[]): Promise<void> {
    const { batch } = result;
    const addresses = rows.map(addressOf);
    const found = await this.store.users.findByEmails(batch.tenantId, addresses);
    const known = new Map(found.map((user) => [user.emailAddress, user]));
    const fresh: CsvRow[] = [];
    for (const row of rows) {
      const user = known.get(addressOf(row));
      if (user === undefined) fresh.push(row);
      else if (user.batchId !== batch.batchId) result.rowErrors.push(alreadyInBatch(row));
      else if (user.pairId !== pairIdOf(batch.tenantId, endpoint, row))
        result.rowErrors.push(otherSource(row));
      else {
        await this.changePassword(user, row.password);
        result.updated += 1;
      }
    }
    await storeUsers(this.store, batch, endpoint, fresh);
    result.added += fresh.length;
  }

  private async changePassword(user: MigrationUser, password: string): Promise<void> {
    const credentialsSecretId = await this.store.secrets.put(user.tenantId, user.userId, { password });
    const changed = await this.store.users.change(user, { set: { credentialsSecretId } });
    const unused = changed === null ? credentialsSecretId : user.credentialsSecretId;
    await this.store.secrets.removeMany(user.tenantId, [unused]);
  }

  private async queueNew(batch: Batch): Promise<void> {
    const now = new Date();
    const notBefore = batch.startAfter !== null && batch.startAfter > now ? batch.startAfter : now;
    const reason = 'added to a running batch';
    await this.store.users.queueAll(batch, { from: startable, reason, notBefore, queuedAt: now });
  }

  private record(
    { tenantId, actor }: RequestAccess,
    action: string,
    { batchId, name: subject }: Batch,
    detail: object,
  ): Promise<void> {
    return this.store.audit.append({ tenantId, actor, action, subject, detail: { batchId, ...detail } });
  }
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

function otherSource({ line, emailAddress }: CsvRow): RowError {
  const message = `The user "${emailAddress}" is in this batch with another UserName or UserRoot. Remove the user first.`;
  return { line, emailAddress, code: 'userHasOtherSource', message };
}
