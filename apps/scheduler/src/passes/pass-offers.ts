import { Inject, Injectable } from '@nestjs/common';
import {
  passQueueName,
  type ReaderPass,
  readerPassesQueue,
  type WriterPass,
  writerPassesQueue,
} from '@sterna/contracts';
import { Broker, WorkPublisher } from '@sterna/messaging';
import { type Pass, StateStore } from '@sterna/state';
import type { WorkerRole } from '../decisions/offer-rule.js';

const queues = { reader: readerPassesQueue, writer: writerPassesQueue } as const;

/** What the scheduler says to the broker about passes. */
@Injectable()
export class PassOffers {
  private readonly store: StateStore;
  private readonly broker: Broker;
  private readonly publisher: WorkPublisher;

  constructor(
    @Inject(StateStore) store: StateStore,
    @Inject(Broker) broker: Broker,
    @Inject(WorkPublisher) publisher: WorkPublisher,
  ) {
    this.store = store;
    this.broker = broker;
    this.publisher = publisher;
  }

  /** Offers a pass to any reader or writer. @throws MigrationError brokerUnavailable */
  async offer(pass: Pass, role: WorkerRole): Promise<void> {
    await this.publisher.publish(queues[role], role === 'reader' ? readerPassOf(pass) : writerPassOf(pass));
    await this.store.passes.offered(pass.passId);
  }

  /** How many envelopes wait for a reader or a writer. */
  async waiting(role: WorkerRole): Promise<number> {
    return (await this.broker.queueDepth(queues[role])) ?? 0;
  }

  /** Whether the queue with the content of a pass is there. */
  async hasQueue(pass: Pass): Promise<boolean> {
    return (await this.broker.queueDepth(queueOf(pass))) !== null;
  }

  /** Deletes the queue of a pass, with what is in it. */
  deleteQueue(pass: Pass): Promise<void> {
    return this.broker.deleteQueue(queueOf(pass));
  }
}

const queueOf = (pass: Pass): string => passQueueName(pass.tenantId, pass.passId);

function identityOf({ tenantId, batchId, userId, passId, number }: Pass) {
  return { tenantId, batchId, userId, passId, passNumber: number };
}

function readerPassOf(pass: Pass): ReaderPass {
  return { type: 'reader-pass', version: 1, ...identityOf(pass), kind: pass.kind };
}

function writerPassOf(pass: Pass): WriterPass {
  return { type: 'writer-pass', version: 1, ...identityOf(pass), queue: queueOf(pass) };
}
