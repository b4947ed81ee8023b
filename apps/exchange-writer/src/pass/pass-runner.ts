import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { WriterPass } from '@sterna/contracts';
import { asMigrationError, type MigrationError } from '@sterna/domain';
import type { TenantTargets } from '@sterna/exchange';
import type { Broker, WorkContext, WorkOutcome } from '@sterna/messaging';
import { KeptLease, type Logger, pauseFor } from '@sterna/platform';
import { asStateError, type Pass, type StateStore } from '@sterna/state';
import { TargetFolders } from '../folders/target-folders.js';
import { ByteBudget } from '../messages/byte-budget.js';
import { MessageDelivery } from '../messages/message-delivery.js';
import { PartSpool } from '../messages/part-spool.js';
import { passesWritten } from '../metrics.js';
import { endingOf, failedEnding, lostEnding, type PassEnding, stoppedEnding } from './pass-ending.js';
import { PassInbox } from './pass-inbox.js';
import { readTarget } from './pass-target.js';
import { PassWriting } from './pass-writing.js';

const leaseMs = 30_000;
/** Also how long a wish to stop may wait until it is seen. */
const renewMs = 2_000;
/** Large messages in memory, of all passes together; each needs about twice its size while it is written. */
const largeBytesAtOnce = 40 * 1024 * 1024;
/** How long messages under way may take once the service is told to end. */
const graceMs = 6_000;

/** What ends the writing of a pass before the reader's last envelope. */
interface Halt {
  /** No further envelope is taken. */
  intake: AbortController;
  /** What is under way is called off. */
  work: AbortController;
  fault: MigrationError | null;
}

/** How a writer leaves a pass: ended for all; given back for another writer; or it belongs to another already. */
type Leaving = { kind: 'ended'; ending: PassEnding } | { kind: 'givenBack' } | { kind: 'lost' };

/** Writes passes: each from its claim to the end of its queue. */
export class PassRunner {
  readonly #budget = new ByteBudget(largeBytesAtOnce);

  constructor(
    private readonly parts: {
      store: StateStore;
      broker: Broker;
      targets: TenantTargets;
      spoolDirectory: string;
      logger: Logger;
    },
  ) {}

  /**
   * Takes a pass by its lease, acknowledges the envelope and writes. A pass that cannot be brought to an end because
   * the service ends or the ledger is away is given back with everything that was not acknowledged.
   * @throws MigrationError when it cannot be said whether the pass is free
   */
  async run(envelope: WriterPass, context: WorkContext): Promise<WorkOutcome> {
    const { store } = this.parts;
    const { tenantId, batchId, userId, passId, queue } = envelope;
    const logger = this.parts.logger.child({ tenantId, batchId, userId, passId });
    const owner = `${hostname()}/${process.pid}/${randomUUID()}`;
    const pass = await store.passes.claimWriter(passId, owner, leaseMs);
    if (pass === null) return { kind: 'acknowledge' };
    context.claimed();
    const renew = () => store.passes.renewWriter(passId, owner, leaseMs);
    const lease = new KeptLease({ leaseMs, renewMs, isStopRequested: pass.stopRequested, renew, logger });
    try {
      const leaving = await this.#write(pass, { queue, lease, logger, ending: context.signal });
      if (leaving.kind === 'ended') await this.#end(pass, queue, leaving.ending, logger);
      if (leaving.kind === 'givenBack') await store.passes.releaseWriter(passId, owner);
    } catch (error) {
      // the lease runs out, and the pass is offered to a writer again
      logger.warn({ error: asMigrationError(error) }, 'the pass could not be left in order');
    } finally {
      lease.release();
    }
    return { kind: 'acknowledge' };
  }

  async #end(pass: Pass, queue: string, ending: PassEnding, logger: Logger): Promise<void> {
    await this.parts.store.passes.end(pass.passId, ending.result, ending.error);
    await this.parts.broker.deleteQueue(queue);
    passesWritten.add(1, { 'sterna.tenant_id': pass.tenantId, result: ending.result });
    logger.info({ result: ending.result, code: ending.error?.code }, 'the pass has ended');
  }

  async #write(
    pass: Pass,
    context: { queue: string; lease: KeptLease; logger: Logger; ending: AbortSignal },
  ): Promise<Leaving> {
    const { lease, logger } = context;
    const halt: Halt = { intake: new AbortController(), work: new AbortController(), fault: null };
    const onLost = (): void => callOff(halt);
    const onEnding = (): void => void wind(halt);
    lease.lost.addEventListener('abort', onLost, { once: true });
    context.ending.addEventListener('abort', onEnding, { once: true });
    if (context.ending.aborted) onEnding();
    try {
      const ending = await this.#work(pass, context, halt);
      if (lease.lost.aborted) return { kind: 'lost' };
      return ending === null ? { kind: 'givenBack' } : { kind: 'ended', ending };
    } catch (error) {
      const fault = halt.fault ?? asMigrationError(asStateError(error));
      if (lease.lost.aborted || fault.code === 'passSuperseded') return { kind: 'lost' };
      logger.warn({ error: fault }, 'the pass cannot be written');
      if (context.ending.aborted || fault.scope === 'service') return { kind: 'givenBack' };
      if (lease.stopRequested.aborted) return { kind: 'ended', ending: stoppedEnding };
      return { kind: 'ended', ending: failedEnding(fault) };
    } finally {
      callOff(halt);
      context.ending.removeEventListener('abort', onEnding);
    }
  }

  /** Null when the intake was halted and nothing else is wrong. @throws what spoils the pass */
  async #work(
    pass: Pass,
    { queue, lease }: { queue: string; lease: KeptLease },
    halt: Halt,
  ): Promise<PassEnding | null> {
    const { store, broker, targets, spoolDirectory } = this.parts;
    const { tenantId, pairId, passId, number: passNumber } = pass;
    const { tenant, emailAddress } = await readTarget(store, pass);
    const target = await targets.of(tenant);
    const mailbox = await target.openMailbox(emailAddress, { signal: halt.work.signal });
    const writerEpoch = pass.writer.epoch;
    const ledger = store.ledger.openWriter({ tenantId, pairId, passNumber, writerEpoch });
    const folders = new TargetFolders(mailbox, store.folders, pairId);
    const { keepSubjects } = tenant;
    const inbox = new PassInbox(broker, queue, halt.intake.signal);
    const spool = new PartSpool(spoolDirectory);
    const writing = new PassWriting({
      inbox,
      ledger,
      folders,
      messages: new MessageDelivery({ mailbox, ledger, folders, keepSubjects, budget: this.#budget }),
      spool,
      reading: async () => {
        const found = await store.passes.find(passId);
        return { attempt: found?.reader.attempt ?? 0, isDone: found?.readingDone ?? false };
      },
      writerEpoch,
      stopRequested: lease.stopRequested,
      onFault: (error) => {
        halt.fault ??= asMigrationError(asStateError(error));
        callOff(halt);
      },
    });
    try {
      const end = await writing.run();
      await writing.settled();
      if (halt.fault !== null) throw halt.fault;
      if (end.kind === 'halted') return null;
      if (end.kind === 'lost') return lostEnding;
      return endingOf(end.passEnd, await store.ledger.tally(pairId), lease.stopRequested.aborted);
    } finally {
      halt.intake.abort();
      await writing.settled();
      await inbox.close();
      await spool.clear();
    }
  }
}

function callOff(halt: Halt): void {
  halt.intake.abort();
  halt.work.abort();
}

/** Takes no more, leaves what is under way some time to end. */
async function wind(halt: Halt): Promise<void> {
  halt.intake.abort();
  await pauseFor(graceMs, halt.work.signal);
  halt.work.abort();
}
