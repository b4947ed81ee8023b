import { Inject, Injectable } from '@nestjs/common';
import { type BatchStatus, type UserStatus, userStatusesToQueue, userStops } from '@sterna/domain';
import { type Batch, type MigrationUser, StateStore, type UserTransition } from '@sterna/state';
import type { RequestAccess } from '../access/access.js';
import { statusForbids } from '../problems/problem.js';
import type { UserChange } from './user.schema.js';

const synced: readonly UserStatus[] = ['Synced', 'IncrementalSynced', 'IncrementalFailed'];
/** In these a batch starts no pass; its users wait for the batch. */
const idle: readonly BatchStatus[] = ['Created', 'Waiting', 'Stopping', 'Stopped', 'Removing', 'Corrupted'];

interface Move {
  from: readonly UserStatus[];
  to: UserStatus;
  set?: UserTransition['set'];
}

/** Set-, Start-, Stop- and Remove-MigrationUser. */
@Injectable()
export class UserLifecycleService {
  private readonly store: StateStore;

  constructor(@Inject(StateStore) store: StateStore) {
    this.store = store;
  }

  /** What is left out stays. @throws ProblemError statusForbids */
  async change(access: RequestAccess, user: MigrationUser, wanted: UserChange): Promise<MigrationUser> {
    const set: NonNullable<UserTransition['set']> = {};
    if (wanted.startAfter !== undefined) {
      set.startAfter = dateOf(wanted.startAfter);
      if (user.status === 'Queued') set.notBefore = set.startAfter ?? new Date();
    }
    if (wanted.completeAfter !== undefined) set.completeAfter = dateOf(wanted.completeAfter);
    if (wanted.approveSkippedItems === true) set.skippedItemsApprovedAt = new Date();
    const changed = await this.store.users.change(user, { set });
    if (changed === null) throw forbidden(user, 'changed');
    return this.done(access, 'user.set', changed, wanted);
  }

  /** Tries a failed user again, or goes on with a stopped one. @throws ProblemError statusForbids */
  async start(access: RequestAccess, user: MigrationUser): Promise<MigrationUser> {
    const batch = await this.batchOf(user);
    if (batch === null || idle.includes(batch.status)) {
      throw forbidden(user, `started while its batch is ${batch?.status ?? 'gone'}; start the batch`);
    }
    const now = new Date();
    const fresh = { error: null, attempt: 0 };
    const notBefore = user.startAfter !== null && user.startAfter > now ? user.startAfter : now;
    const moves: Move[] = [
      {
        from: userStatusesToQueue,
        to: 'Queued',
        set: { ...fresh, notBefore, queuedAt: now },
      },
      { from: ['IncrementalStopped'], to: 'Synced', set: { ...fresh, nextSyncAt: now } },
      { from: ['CompletionFailed'], to: 'Completing', set: { ...fresh, nextSyncAt: now, syncNow: true } },
    ];
    const moved = await this.move(user, moves, `started by ${access.actor}`);
    if (moved !== null) await this.wake(batch, access);
    return this.done(access, 'user.start', moved ?? (await this.syncFailed(user, now)) ?? user);
  }

  /** @throws ProblemError statusForbids when there is nothing to stop */
  async stop(access: RequestAccess, user: MigrationUser): Promise<MigrationUser> {
    const stopped = await this.move(user, userStops, `stopped by ${access.actor}`);
    if (stopped === null) throw forbidden(user, 'stopped');
    if (stopped.activePassId !== null) await this.store.passes.requestStop(stopped.activePassId);
    return this.done(access, 'user.stop', stopped);
  }

  /** Set-MigrationUser -SyncNow. @throws ProblemError statusForbids */
  async syncNow(access: RequestAccess, user: MigrationUser): Promise<MigrationUser> {
    const set = { nextSyncAt: new Date(), syncNow: true };
    const changed = await this.store.users.change(user, { from: synced, set });
    if (changed === null) throw forbidden(user, 'synchronised: it is not Synced');
    return this.done(access, 'user.sync', changed);
  }

  /** Begins the removal of one user from its batch; the scheduler ends it when its pass has ended. */
  async remove(access: RequestAccess, user: MigrationUser): Promise<MigrationUser> {
    if (user.status === 'Removing') return user;
    const reason = `removed by ${access.actor}`;
    const removing = await this.store.users.transition(user.tenantId, user.userId, 'Removing', { reason });
    if (removing === null) throw forbidden(user, 'removed');
    if (removing.activePassId !== null) await this.store.passes.requestStop(removing.activePassId);
    return this.done(access, 'user.remove', removing);
  }

  private batchOf({ tenantId, batchId }: MigrationUser): Promise<Batch | null> {
    return this.store.batches.find(tenantId, batchId);
  }

  /** The first move that the status of the user allows. */
  private async move(
    user: MigrationUser,
    moves: readonly Move[],
    reason: string,
  ): Promise<MigrationUser | null> {
    for (const { from, to, set } of moves) {
      if (!from.includes(user.status)) continue;
      const how = { reason, from, ...(set !== undefined && { set }) };
      const moved = await this.store.users.transition(user.tenantId, user.userId, to, how);
      if (moved !== null) return moved;
    }
    return null;
  }

  private syncFailed(user: MigrationUser, now: Date): Promise<MigrationUser | null> {
    return this.store.users.change(user, {
      from: ['IncrementalFailed'],
      set: { nextSyncAt: now, attempt: 0 },
    });
  }

  /** A batch that had come to an end goes on with this user. */
  private async wake({ tenantId, batchId, status }: Batch, { actor }: RequestAccess): Promise<void> {
    const to = status === 'Failed' ? 'Syncing' : status === 'CompletedWithErrors' ? 'Completing' : null;
    if (to === null) return;
    const reason = `a user was started by ${actor}`;
    await this.store.batches.transition(tenantId, batchId, to, { reason, from: [status] });
  }

  private async done(
    { tenantId, actor }: RequestAccess,
    action: string,
    user: MigrationUser,
    detail: object = {},
  ): Promise<MigrationUser> {
    const { userId, batchId, emailAddress: subject } = user;
    const quietSince = new Date();
    await this.store.batches.change(tenantId, batchId, { quietSince });
    await this.store.audit.append({
      tenantId,
      actor,
      action,
      subject,
      detail: { userId, batchId, ...detail },
    });
    return user;
  }
}

const dateOf = (text: string | null): Date | null => (text === null ? null : new Date(text));

function forbidden(user: MigrationUser, what: string) {
  return statusForbids('migration user', user.emailAddress, user.status, what);
}
