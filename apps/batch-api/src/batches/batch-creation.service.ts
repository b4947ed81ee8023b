import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { CsvRow } from '@sterna/csv';
import { readContentFilter } from '@sterna/domain';
import { type Batch, type Endpoint, isDuplicateKey, StateStore } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { EndpointService } from '../endpoints/endpoint.service.js';
import { ProblemError } from '../problems/problem.js';
import type { BatchPreview, BatchSettings } from './batch.schema.js';
import { BatchLifecycleService } from './batch-lifecycle.service.js';
import {
  alreadyInBatch,
  chunksOf,
  readRows,
  rowErrorOf,
  storeMissingUsers,
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
    const { endpoint, accepted, rowErrors } = await this.check(access, request);
    if ((await this.store.batches.findByName(access.tenantId, settings.name)) !== null)
      throw nameTaken(settings.name);
    return { name: settings.name, sourceEndpoint: endpoint.name, totalCount: accepted.length, rowErrors };
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
    const { endpoint, accepted, rowErrors } = await this.check(access, request);
    const counted = { totalCount: accepted.length, rowErrors };
    const batch = newBatch(access, endpoint, request, counted);
    try {
      await this.store.batches.create(batch);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const other = await this.findEarlier(access.tenantId, request);
      if (other === null) throw nameTaken(settings.name);
      return other;
    }
    await this.store.audit.append({
      tenantId: access.tenantId,
      actor: access.actor,
      action: 'batch.create',
      subject: batch.name,
      detail: { batchId: batch.batchId, totalCount: batch.totalCount, rowErrors: batch.rowErrors.length },
    });
    await storeUsers(this.store, batch, endpoint, accepted);
    return this.startIfWanted(access, batch, settings);
  }

  private async check(
    { tenantId }: RequestAccess,
    { settings, csv }: BatchRequest,
  ): Promise<{ endpoint: Endpoint; accepted: CsvRow[]; rowErrors: Batch['rowErrors'] }> {
    const endpoint = await this.endpoints.find(tenantId, settings.sourceEndpoint);
    const { rows, faults } = await readRows(csv, endpoint, settings.allowUnknownColumnsInCsv);
    await this.requireRoom(tenantId);
    const taken = await this.findTaken(tenantId, rows);
    const isTaken = (row: CsvRow): boolean => taken.has(row.emailAddress.toLowerCase());
    const rowErrors = [...faults.map(rowErrorOf), ...rows.filter(isTaken).map(alreadyInBatch)];
    return {
      endpoint,
      accepted: rows.filter((row) => !isTaken(row)),
      rowErrors: rowErrors.sort((a, b) => a.line - b.line),
    };
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
  private async resume(access: RequestAccess, batch: Batch, { settings, csv }: BatchRequest): Promise<Batch> {
    if (batch.status !== 'Created') return batch;
    const endpoint = await this.endpoints.find(access.tenantId, batch.endpointId);
    const { rows } = await readRows(csv, endpoint, settings.allowUnknownColumnsInCsv);
    await storeMissingUsers(this.store, batch, endpoint, rows);
    return this.startIfWanted(access, batch, settings);
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

  private async findTaken(tenantId: string, rows: readonly CsvRow[]): Promise<Set<string>> {
    const taken = new Set<string>();
    for (const chunk of chunksOf(rows, 1000)) {
      const addresses = chunk.map((row) => row.emailAddress.toLowerCase());
      for (const address of await this.store.users.alreadyMigrating(tenantId, addresses)) taken.add(address);
    }
    return taken;
  }
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
  counted: Pick<Batch, 'totalCount' | 'rowErrors'>,
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
    ...counted,
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
