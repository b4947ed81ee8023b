import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import {
  checkMailbox,
  type CheckResult,
  lockableLoginOf,
  type MailboxCheck,
  SourceLane,
} from '@sterna/preflight';
import { type Batch, type Endpoint, type MigrationUser, StateStore } from '@sterna/state';
import { notFound, ProblemError } from '../problems/problem.js';
import { CheckWorker } from './check-worker.js';

/** A client waits for the answer. */
const mailboxSeconds = 20;
const pauseMs = 1_000;
const laneWaitMs = 10_000;
const laneLookMs = 200;

/** One mailbox while a client waits; it keeps to the pauses of the checks of batches at the same server. */
@Injectable()
export class MailboxCheckService {
  private readonly store: StateStore;
  private readonly worker: CheckWorker;

  constructor(@Inject(StateStore) store: StateStore, @Inject(CheckWorker) worker: CheckWorker) {
    this.store = store;
    this.worker = worker;
  }

  /** @throws ProblemError notFound when the batch or the endpoint of the user is gone; inUse when others log in there */
  async check(user: MigrationUser): Promise<MailboxCheck> {
    const [batch, endpoint] = await Promise.all([
      this.store.batches.find(user.tenantId, user.batchId),
      this.store.endpoints.find(user.tenantId, user.endpointId),
    ]);
    if (batch === null || endpoint === null) throw notFound('The batch of the user is gone.', 'user');
    const lane = new SourceLane(this.store, endpoint, { pauseMs });
    const holder = `user/${user.userId}/${randomUUID()}`;
    await enter(lane, holder, lockableLoginOf(user, endpoint));
    let isRefused = false;
    try {
      const { check, sourceError } = await this.look(user, batch, endpoint);
      isRefused = sourceError?.code === 'sourceLoginRefused';
      return check;
    } finally {
      await lane.leave(holder, isRefused);
    }
  }

  private look(user: MigrationUser, batch: Batch, endpoint: Endpoint): Promise<CheckResult> {
    const { parts, targets, closing: signal } = this.worker;
    const order = { user, batch, endpoint, mailboxSeconds, skipLogin: null };
    return checkMailbox({ ...parts, targets, signal }, order);
  }
}

async function enter(lane: SourceLane, holder: string, login: string): Promise<void> {
  const until = Date.now() + laneWaitMs;
  while (Date.now() < until) {
    if (await lane.enter(holder, login)) return;
    await wait(laneLookMs);
  }
  throw new ProblemError('inUse', {
    what: 'Other checks are logging in to this server.',
    where: 'user',
    expected: 'A moment in which fewer checks run; try again later.',
  });
}
