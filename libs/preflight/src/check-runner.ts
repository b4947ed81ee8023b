import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { asMigrationError } from '@sterna/domain';
import { pauseFor } from '@sterna/platform';
import type { BatchCheck, Endpoint } from '@sterna/state';
import { prepareCheck } from './check-preparation.js';
import type { CheckTargets } from './check-targets.js';
import { MailboxRun } from './mailbox-run.js';
import { SourceLane } from './source-lane.js';
import type { LoginParts } from './source-login.js';

const idleMs = 1_000;
/** While there is something to check: the pauses of the sources are not multiples of a second. */
const busyMs = 200;
const checksAtOnce = 100;
/** Checks of mailboxes that end by themselves are waited for so long when the service ends. */
const endingMs = 5_000;

/**
 * Works on the checks of all batches in the background, in any number of replicas. What is to be done is in MongoDB: a
 * mailbox is claimed by a lease, a place at its source server by another, so no mailbox is checked twice, and a replica
 * that dies is followed by another one. Checks take turns, one mailbox each.
 */
export class CheckRunner {
  readonly #owner = `${hostname()}/${process.pid}/${randomUUID()}`;
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #wake = new AbortController();
  #loop: Promise<void> | null = null;

  constructor(
    private readonly parts: LoginParts & { targets: CheckTargets },
    /** Mailboxes at once in this process, over all servers. */
    private readonly slots: number,
  ) {}

  start(): void {
    if (this.slots > 0) this.#loop ??= this.#work();
  }

  /** Looks for work at once. */
  wake(): void {
    this.#wake.abort();
  }

  /** Gives back what is held. */
  async stop(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    await this.#loop;
    await Promise.race([Promise.allSettled(this.#running), pauseFor(endingMs)]);
  }

  async #work(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      let isBusy = false;
      this.#wake = new AbortController();
      try {
        isBusy = await this.#tick();
      } catch (error) {
        this.parts.logger.warn({ error: asMigrationError(error) }, 'the checks could not be looked at');
      }
      const woken = AbortSignal.any([this.#closing.signal, this.#wake.signal]);
      await pauseFor(isBusy ? busyMs : idleMs, woken);
    }
  }

  /** Takes as many mailboxes as there is room for; says whether there are checks under way. */
  async #tick(): Promise<boolean> {
    let checks = await this.parts.store.checks.active(checksAtOnce);
    const isBusy = checks.length > 0;
    while (checks.length > 0 && this.#running.size < this.slots && !this.#closing.signal.aborted) {
      const going: BatchCheck[] = [];
      for (const check of checks) if (await this.#advance(check)) going.push(check);
      checks = going;
    }
    return isBusy;
  }

  /** Takes one mailbox of a check; false when none can be taken now. */
  async #advance(check: BatchCheck): Promise<boolean> {
    const { tenantId, batchId, checkId } = check;
    if (check.state === 'preparing') {
      if (await prepareCheck(this.parts.store, check, this.#owner)) this.wake();
      return false;
    }
    if (this.#running.size >= this.slots) return false;
    const endpoint = await this.parts.store.endpoints.find(tenantId, check.endpointId);
    if (endpoint === null) {
      await this.parts.store.checks.stop(tenantId, batchId);
      return false;
    }
    if (await this.#take(check, endpoint)) return true;
    if ((await this.parts.store.checkedMailboxes.countOpen(checkId)) === 0)
      await this.parts.store.checks.end(checkId);
    return false;
  }

  async #take(check: BatchCheck, endpoint: Endpoint): Promise<boolean> {
    const { store, logger } = this.parts;
    const lane = new SourceLane(store, endpoint, check.settings);
    const busyLogins = await lane.busyLogins();
    const due = busyLogins === null ? null : await store.checkedMailboxes.findDue(check.checkId, busyLogins);
    if (due === null) return false;
    const signal = this.#closing.signal;
    const run = new MailboxRun({ ...this.parts, signal }, { check, endpoint, lane }, this.#owner);
    if (!(await run.claim(due))) return false;
    const running = run
      .run()
      .catch((error: unknown) => {
        const { emailAddress } = due;
        logger.warn({ error: asMigrationError(error), emailAddress }, 'a mailbox could not be checked');
      })
      .finally(() => {
        this.#running.delete(running);
        this.wake();
      });
    this.#running.add(running);
    return true;
  }
}
