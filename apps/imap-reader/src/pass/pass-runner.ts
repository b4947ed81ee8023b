import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type PassEndEnvelope, passQueueName, type ReaderPass, writerPassesQueue } from '@sterna/contracts';
import { asMigrationError, type MigrationError } from '@sterna/domain';
import { ImapSession } from '@sterna/imap';
import {
  type Broker,
  PassPublisher,
  type WorkContext,
  type WorkOutcome,
  WorkPublisher,
} from '@sterna/messaging';
import { type Logger, pauseFor } from '@sterna/platform';
import type { SourceLogins } from '@sterna/source-login';
import { asStateError, type StateStore } from '@sterna/state';
import { walkMailbox } from '../walk/mailbox-walk.js';
import { PassLease } from './pass-lease.js';
import { type PassOrder, readPassOrder } from './pass-order.js';
import { PassOutput } from './pass-output.js';
import { SteadySession } from './steady-session.js';

/** How long a walk that was told to end may take before its lease is given back all the same. */
const endingMs = 5_000;

type Ending = Pick<PassEndEnvelope, 'result' | 'error'>;
const stopped: Ending = { result: 'stopped', error: null };

/** Reads passes: each from its claim to the end of its queue. */
export class PassRunner {
  readonly #works: WorkPublisher;
  private readonly store: StateStore;
  private readonly broker: Broker;
  private readonly logins: SourceLogins;
  private readonly logger: Logger;

  constructor(parts: { store: StateStore; broker: Broker; logins: SourceLogins; logger: Logger }) {
    this.store = parts.store;
    this.broker = parts.broker;
    this.logins = parts.logins;
    this.logger = parts.logger;
    this.#works = new WorkPublisher(parts.broker);
  }

  /**
   * Takes a pass by its lease, acknowledges the envelope and reads. A pass that cannot be read to its end because
   * the service ends or the broker is away is given back; a lost lease means that nothing more is published.
   * @throws MigrationError when it cannot be said whether the pass is free
   */
  async run(envelope: ReaderPass, context: WorkContext): Promise<WorkOutcome> {
    const { tenantId, batchId, userId, passId } = envelope;
    const logger = this.logger.child({ tenantId, batchId, userId, passId });
    const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
    const lease = await PassLease.claim(this.store.passes, passId, owner, logger);
    if (lease === null) return { kind: 'acknowledge' };
    context.claimed();
    const halt = AbortSignal.any([context.signal, lease.lost]);
    const reading = this.#read(lease, halt, logger).then(
      () => 'done' as const,
      (error: unknown) => {
        logger.warn({ error: asMigrationError(error) }, 'the pass was not read to its end');
        return 'broken' as const;
      },
    );
    const result = await Promise.race([reading, elapsedSince(halt)]);
    if (result === 'done' || lease.lost.aborted) lease.dispose();
    else await lease.giveBack();
    return { kind: 'acknowledge' };
  }

  async #read(lease: PassLease, halt: AbortSignal, logger: Logger): Promise<void> {
    const { pass } = lease;
    const { tenantId, batchId, userId, passId, number: passNumber } = pass;
    const queue = passQueueName(tenantId, passId);
    const publisher = new PassPublisher({ broker: this.broker, queue, tenantId, signal: halt });
    const output = new PassOutput(publisher, pass);
    try {
      const identity = { tenantId, batchId, userId, passId, passNumber };
      await this.#works.publish(writerPassesQueue, { type: 'writer-pass', version: 1, ...identity, queue });
      const ending = lease.stopRequested.aborted
        ? stopped
        : await this.#walk(lease, { output, halt, logger });
      await output.end(ending.result, ending.error);
      await lease.readingDone();
      logger.info({ result: ending.result, code: ending.error?.code }, 'the pass is read');
    } finally {
      await publisher.close();
    }
  }

  /** Walks the source; what goes wrong there is how the pass ends. @throws when nothing can be published */
  async #walk(
    lease: PassLease,
    parts: { output: PassOutput; halt: AbortSignal; logger: Logger },
  ): Promise<Ending> {
    const { output, halt, logger } = parts;
    const signal = AbortSignal.any([halt, lease.stopRequested]);
    try {
      await this.#startSyncing(lease);
      const order = await readPassOrder(this.store, lease.pass);
      const session = new SteadySession(() => this.#connect(order, { signal, logger }), signal, logger);
      try {
        const fault = await walkMailbox({ store: this.store, order, session, output, signal, logger });
        return { result: 'done', error: fault === null ? null : errorOf(fault) };
      } finally {
        await session.close();
      }
    } catch (error) {
      const found = asMigrationError(asStateError(error));
      if (halt.aborted || found.code === 'brokerUnavailable') throw found;
      if (lease.stopRequested.aborted) return stopped;
      logger.warn({ error: found }, 'the source cannot be read');
      return { result: 'failed', error: errorOf(found) };
    }
  }

  /** Logs in anew each time: a token may have expired since the last login, a password have been changed. */
  #connect(
    order: PassOrder,
    { signal, logger }: { signal: AbortSignal; logger: Logger },
  ): Promise<ImapSession> {
    const { server, login: request, userRoot } = order;
    return this.logins.connect({ ...request, signal }, (login) =>
      ImapSession.open({ server, login, userRoot, logger }),
    );
  }

  async #startSyncing({ pass }: PassLease): Promise<void> {
    await this.store.users.transition(pass.tenantId, pass.userId, 'Syncing', {
      from: ['Starting'],
      activePassId: pass.passId,
      reason: 'a reader has taken the pass',
    });
  }

  close(): Promise<void> {
    return this.#works.close();
  }
}

function errorOf({ code, message, retry }: MigrationError): Ending['error'] {
  const retryAfterMs = retry.kind === 'after' ? Math.round(retry.delayMs) : null;
  return { code, message, retry: retry.kind, retryAfterMs };
}

/** Resolves some time after the signal was aborted; never before. */
async function elapsedSince(signal: AbortSignal): Promise<'halted'> {
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
  await pauseFor(endingMs);
  return 'halted';
}
