import { Inject, Injectable } from '@nestjs/common';
import type { BatchStatus } from '@sterna/domain';
import { type Batch, type Endpoint, type SlotKind, StateStore } from '@sterna/state';
import { Clock } from '../clock.js';
import type { DueUser, RunningPasses } from '../decisions/fair-queue.js';
import { ScheduleLog } from '../schedule-log.js';

/** Batches whose users may start a pass. Starting is not one of them: its users are still being queued. */
const runnable: readonly BatchStatus[] = [
  'Syncing',
  'Synced',
  'SyncedWithErrors',
  'IncrementalSyncing',
  'Completing',
];
const candidatesOfBatch = 64;

/** What a tick chooses from. */
export interface DuePasses {
  users: DueUser[];
  /** The endpoints of the users, by id. */
  endpoints: ReadonlyMap<string, Endpoint>;
  running: RunningPasses;
}

/** Finds for whom a pass is due, over all tenants. */
@Injectable()
export class DueUsers {
  private readonly store: StateStore;
  private readonly clock: Clock;
  private readonly log: ScheduleLog;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(Clock) clock: Clock,
    @Inject(ScheduleLog) log: ScheduleLog,
  ) {
    this.store = store;
    this.clock = clock;
    this.log = log;
  }

  /** Of each batch the longest waiting, as many as its endpoint has free slots. */
  async find(): Promise<DuePasses> {
    const endpoints = new Map<string, Endpoint>();
    const running = await this.store.passes.countRunning();
    return { users: await this.findUsers(endpoints, running), endpoints, running };
  }

  /** Due users of all batches whose endpoint has a free slot; fills `endpoints` with those by id. */
  private async findUsers(endpoints: Map<string, Endpoint>, running: RunningPasses): Promise<DueUser[]> {
    const now = this.clock.now();
    const batches = new Map(
      (await this.store.batches.inStatus(runnable)).map((batch) => [batch.batchId, batch]),
    );
    const dueIn = await this.store.users.batchesWithDue([...batches.keys()], now);
    if (dueIn.initial.length + dueIn.incremental.length === 0) return [];
    const held = await this.heldSlots();
    const rooms = new Map<string, number>();
    const found: DueUser[] = [];
    for (const kind of ['initial', 'incremental'] as const) {
      for (const batchId of dueIn[kind]) {
        const endpoint = await this.endpointOf(batches.get(batchId), endpoints);
        if (endpoint === null) continue;
        const { tenantId } = endpoint;
        const room = rooms.get(tenantId) ?? (await this.roomOf(tenantId, running));
        const free = limitOf(endpoint, kind) - (held.get(`${kind}.${endpoint.endpointId}`) ?? 0);
        const limit = Math.min(free, room, candidatesOfBatch);
        rooms.set(tenantId, room);
        if (limit < 1) continue;
        const users = await this.store.users.findDueOf(batchId, kind, { now, limit });
        rooms.set(tenantId, room - users.length);
        found.push(...users.map((user) => ({ user, kind })));
      }
    }
    return found;
  }

  /** How many more mailboxes of the tenant may synchronise (MaxConcurrentMigrations of its MigrationConfig). */
  private async roomOf(tenantId: string, running: RunningPasses): Promise<number> {
    const limit = (await this.store.tenants.find(tenantId))?.config.maxConcurrentMigrations ?? null;
    return limit === null ? Number.POSITIVE_INFINITY : limit - (running.byTenant.get(tenantId) ?? 0);
  }

  private async endpointOf(
    batch: Batch | undefined,
    endpoints: Map<string, Endpoint>,
  ): Promise<Endpoint | null> {
    if (batch === undefined) return null;
    const { tenantId, batchId, endpointId } = batch;
    const endpoint = endpoints.get(endpointId) ?? (await this.store.endpoints.find(tenantId, endpointId));
    if (endpoint === null) {
      this.log.of({ tenantId, batchId }).error({ endpointId }, 'the endpoint of a batch does not exist');
      const reason = `its endpoint ${endpointId} does not exist any more`;
      await this.store.batches.transition(tenantId, batchId, 'Corrupted', { reason });
      return null;
    }
    endpoints.set(endpointId, endpoint);
    return endpoint;
  }

  private async heldSlots(): Promise<Map<string, number>> {
    const holders = await this.store.slots.holders();
    return new Map(
      holders.flatMap(({ endpointId, initial, incremental }) => [
        [`initial.${endpointId}`, initial.length],
        [`incremental.${endpointId}`, incremental.length],
      ]),
    );
  }
}

function limitOf(endpoint: Endpoint, kind: SlotKind): number {
  const limit =
    kind === 'initial' ? endpoint.maxConcurrentMigrations : endpoint.maxConcurrentIncrementalSyncs;
  return limit ?? Number.POSITIVE_INFINITY;
}
