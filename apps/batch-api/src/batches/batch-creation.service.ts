import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvRow } from '@sterna/csv';
import { readContentFilter } from '@sterna/domain';
import { type Batch, type Endpoint, isDuplicateKey, type RowError, StateStore } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { EndpointService } from '../endpoints/endpoint.service.js';
import { ProblemError } from '../problems/problem.js';
import type { BatchPreview, BatchSettings } from './batch.schema.js';
import { BatchLifecycleService } from './batch-lifecycle.service.js';
import {
  addressOf,
  alreadyInBatch,
  type MigrationCsv,
  readRows,
  rowErrorOf,
  storeUsers,
} from './batch-users.js';

export interface BatchRequest {
  settings: BatchSettings;
  csv: Uint8Array;
  idempotencyKey: string | null;
}

/** New-MigrationBatch. */
@Injectable()
export class BatchCreationService {
  private readonly store: StateStore;
  private readonly endpoints: EndpointService;
  private readonly lifecycle: BatchLifecycleService;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(EndpointService) endpoints: EndpointService,
    @Inject(BatchLifecycleService) lifecycle: BatchLifecycleService,
  ) {
    this.store = store;
    this.endpoints = endpoints;
    this.lifecycle = lifecycle;
  }

  /** What `create` would do, without doing it. @throws ProblemError csvInvalid, notFound, nameTaken, limitReached */
  async preview(access: RequestAccess, request: BatchRequest): Promise<BatchPreview> {
    const { settings } = request;
    const { endpoint, totalCount, rowErrors } = await this.check(access, request);
    if ((await this.store.batches.findByName(access.tenantId, settings.name)) !== null)
      throw nameTaken(settings.name);
    return { name: settings.name, sourceEndpoint: endpoint.name, totalCount, rowErrors };
  }

  /**
   * Makes a batch of the rows that can be migrated and keeps the faults of the others on it. Repeating a request
   * with its Idempotency-Key gives the same batch, and finishes one whose creation was cut off.
   * @throws ProblemError csvInvalid, notFound, nameTaken, idempotencyConflict, limitReached
   */
  async create(access: RequestAccess, request: BatchRequest): Promise<Batch> {
    const { settings } = request;
    const earlier = await this.findEarlier(access.tenantId, request);
    if (earlier !== null) {
      return this.resume(access, earlier, request);
    }
    const { endpoint, totalCount, rowErrors } = await this.check(access, request);
    const batch = newBatch(access, endpoint, request, totalCount);
    // before the batch: a creation that is cut off and repeated finds them
    await this.store.rowErrors.add(batch, rowErrors);
    try {
      await this.store.batches.create(batch);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await this.store.rowErrors.removeOfBatch(access.tenantId, batch.batchId);
      const other = await this.findEarlier(access.tenantId, request);
      if (other === null) throw nameTaken(settings.name);
      return other;
    }
    await this.store.audit.append({
      tenantId: access.tenantId,
      actor: access.actor,
      action: 'batch.create',
      subject: batch.name,
      detail: { batchId: batch.batchId, totalCount: batch.totalCount, rowErrors: rowErrors.length },
    });
    await this.storeMissingUsers(batch, endpoint, request, rowErrors);
    return this.startIfWanted(access, batch, settings);
  }

  /** Reads the whole file and keeps nothing of it but what is wrong. */
  private async check(
    { tenantId }: RequestAccess,
    request: BatchRequest,
  ): Promise<{ endpoint: Endpoint; totalCount: number; rowErrors: RowError[] }> {
    const endpoint = await this.endpoints.find(tenantId, request.settings.sourceEndpoint);
    await this.requireRoom(tenantId);
    let totalCount = 0;
    const rowErrors: RowError[] = [];
    for await (const { rows, faults } of readRows(csvOf(request, endpoint))) {
      const batchIds = await this.store.users.batchIdsOf(tenantId, rows.map(addressOf));
      const taken = rows.filter((row) => batchIds.has(addressOf(row)));
      totalCount += rows.length - taken.length;
      rowErrors.push(...faults.map(rowErrorOf), ...taken.map(alreadyInBatch));
    }
    return { endpoint, totalCount, rowErrors: rowErrors.sort((a, b) => a.line - b.line) };
  }

  private async requireRoom(tenantId: string): Promise<void> {
    const tenant = await this.store.tenants.find(tenantId);
    const limit = tenant?.config.maxNumberOfBatches ?? null;
    if (limit === null || (await this.store.batches.count(tenantId)) < limit) return;
    throw new ProblemError('limitReached', {
      what: `The tenant has ${limit} migration batches, which is its MaxNumberOfBatches.`,
      where: 'MaxNumberOfBatches',
      expected: 'Remove a batch that is done, or raise the limit with Set-MigrationConfig.',
    });
  }

  /** Stores what a creation that was cut off did not come to. */
  private async resume(access: RequestAccess, batch: Batch, request: BatchRequest): Promise<Batch> {
    if (batch.status !== 'Created') return batch;
    const endpoint = await this.endpoints.find(access.tenantId, batch.endpointId);
    await this.storeMissingUsers(batch, endpoint, request, await this.store.rowErrors.ofBatch(batch));
    return this.startIfWanted(access, batch, request.settings);
  }

  /** Stores the users that no batch has; those that another batch took after the check become row errors. */
  private async storeMissingUsers(
    batch: Batch,
    endpoint: Endpoint,
    request: BatchRequest,
    rowErrors: readonly RowError[],
  ): Promise<void> {
    const { tenantId, batchId } = batch;
    const known = new Set(rowErrors.map(({ line }) => line));
    const late: CsvRow[] = [];
    for await (const { rows } of readRows(csvOf(request, endpoint))) {
      const batchIds = await this.store.users.batchIdsOf(tenantId, rows.map(addressOf));
      const missing = rows.filter((row) => !batchIds.has(addressOf(row)));
      await storeUsers(this.store, batch, endpoint, missing);
      const isOther = (row: CsvRow): boolean => (batchIds.get(addressOf(row)) ?? batchId) !== batchId;
      late.push(...rows.filter((row) => !known.has(row.line) && isOther(row)));
    }
    if (late.length === 0) return;
    await this.store.batches.addToTotal(tenantId, batchId, -late.length);
    await this.store.rowErrors.add(batch, late.map(alreadyInBatch));
  }

  private async startIfWanted(access: RequestAccess, batch: Batch, settings: BatchSettings): Promise<Batch> {
    return settings.autoStart ? this.lifecycle.start(access, batch) : batch;
  }

  private async findEarlier(
    tenantId: string,
    { idempotencyKey, settings }: BatchRequest,
  ): Promise<Batch | null> {
    if (idempotencyKey === null) return null;
    const batch = await this.store.batches.findByIdempotencyKey(tenantId, idempotencyKey);
    if (batch === null || batch.nameKey === settings.name.toLowerCase()) return batch;
    throw new ProblemError('idempotencyConflict', {
      what: `This Idempotency-Key made the migration batch "${batch.name}".`,
      where: 'Idempotency-Key',
      expected: 'A new key for every batch, the same key only for the same request.',
    });
  }
}

function csvOf({ csv, settings }: BatchRequest, endpoint: Endpoint): MigrationCsv {
  return { csv, endpoint, allowUnknownColumns: settings.allowUnknownColumnsInCsv };
}

function nameTaken(name: string): ProblemError {
  return new ProblemError('nameTaken', {
    what: `The migration batch "${name}" already exists.`,
    where: 'name',
    expected: 'A name that no batch of this tenant has; letter case makes no difference.',
  });
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

function newBatch(
  { tenantId, actor }: RequestAccess,
  endpoint: Endpoint,
  { settings, idempotencyKey }: BatchRequest,
  totalCount: number,
): Batch {
  const now = new Date();
  const received = settings.contentFilter === null ? null : readContentFilter(settings.contentFilter);
  return {
    batchId: randomUUID(),
    tenantId,
    name: settings.name,
    nameKey: settings.name.toLowerCase(),
    endpointId: endpoint.endpointId,
    status: 'Created',
    statusHistory: [{ status: 'Created', at: now, reason: 'created' }],
    totalCount,
    excludeFolders: settings.excludeFolders,
    includeFolders: settings.includeFolders,
    contentFilter: settings.contentFilter,
    receivedFrom: received?.from ?? null,
    receivedTo: received?.to ?? null,
    badItemLimit: settings.badItemLimit,
    largeItemLimit: settings.largeItemLimit,
    largeItemLimitBytes: settings.largeItemLimitBytes,
    maxItems: settings.maxItems,
    incrementalSyncIntervalMs: settings.incrementalSyncIntervalMs,
    startAfter: dateOf(settings.startAfter),
    completeAfter: settings.autoComplete ? now : dateOf(settings.completeAfter),
    targetDeliveryDomain: settings.targetDeliveryDomain,
    timeZone: settings.timeZone,
    notificationEmails: settings.notificationEmails,
    reportIntervalMs: settings.reportIntervalMs,
    skipReports: settings.skipReports,
    lastReportAt: null,
    skipDetails: settings.skipDetails,
    createdAt: now,
    createdBy: actor,
    quietSince: now,
    mxSwitchedAt: null,
    startedAt: null,
    lastSyncedAt: null,
    idempotencyKey,
    forgetLedger: false,
  };
}
