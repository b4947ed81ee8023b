import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { UserStatus } from '@sterna/domain';
import { type Batch, StateStore } from '@sterna/state';
import { BatchService } from '../batches/batch.service.js';
import { UserService } from '../users/user.service.js';
import type { ProgressEvent } from './event.schema.js';

const shownUsers = 200;
const atWork: readonly UserStatus[] = ['Starting', 'Syncing', 'IncrementalSyncing', 'Stopping', 'Failed'];

/** Snapshots of a batch for those who watch it. */
@Injectable()
export class ProgressService {
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

  /** The state of now with an id that is the same while nothing has changed; null when the batch is gone. */
  async snapshot(watched: Batch): Promise<{ id: string; event: ProgressEvent } | null> {
    const batch = await this.store.batches.find(watched.tenantId, watched.batchId);
    if (batch === null) return null;
    const filter = { batchId: batch.batchId, ...(batch.totalCount > shownUsers && { statuses: atWork }) };
    const page = { limit: shownUsers, cursor: null };
    const users = await this.users.view(await this.store.users.list(batch.tenantId, filter, page));
    const content = { batch: await this.batches.view(batch), users };
    const id = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
    return { id, event: { at: new Date().toISOString(), ...content } };
  }
}
