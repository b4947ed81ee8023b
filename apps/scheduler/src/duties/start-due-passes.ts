import { Inject, Injectable } from '@nestjs/common';
import { FairQueue } from '../decisions/fair-queue.js';
import { passesStarted } from '../metrics.js';
import { DueUsers } from '../passes/due-users.js';
import { PassOffers } from '../passes/pass-offers.js';
import { PassStart } from '../passes/pass-start.js';
import { ScheduleLog } from '../schedule-log.js';
import type { Duty } from './duty.js';

/**
 * Passes that wait for a reader at most. What is offered is taken first come, first served, so the fair choice
 * lies in not offering more than is taken soon.
 */
const longestBacklog = 64;

/** Starts the passes that are due, as far as the endpoints and the readers have room. */
@Injectable()
export class StartDuePasses implements Duty {
  readonly name = 'start-due-passes';
  readonly everyMs = 0;
  private readonly dueUsers: DueUsers;
  private readonly starts: PassStart;
  private readonly offers: PassOffers;
  private readonly log: ScheduleLog;

  constructor(
    @Inject(DueUsers) dueUsers: DueUsers,
    @Inject(PassStart) starts: PassStart,
    @Inject(PassOffers) offers: PassOffers,
    @Inject(ScheduleLog) log: ScheduleLog,
  ) {
    this.dueUsers = dueUsers;
    this.starts = starts;
    this.offers = offers;
    this.log = log;
  }

  async run(signal: AbortSignal): Promise<void> {
    const { users, endpoints, running } = await this.dueUsers.find();
    if (users.length === 0) return;
    const queue = new FairQueue(users, running);
    let room = longestBacklog - (await this.offers.waiting('reader'));
    while (room > 0 && !signal.aborted) {
      const next = queue.next();
      if (next === null) return;
      const endpoint = endpoints.get(next.user.endpointId);
      if (endpoint === undefined) continue;
      const result = await this.starts.start(next, endpoint);
      if (result === 'full') queue.noteFull(next);
      if (result !== 'started') continue;
      queue.noteStart(next);
      room -= 1;
      const { tenantId, batchId, userId } = next.user;
      passesStarted.add(1, { 'sterna.tenant_id': tenantId, kind: next.kind });
      this.log.of({ tenantId, batchId, userId }).info({ kind: next.kind }, 'a pass started');
    }
  }
}
