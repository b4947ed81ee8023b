import { checkRetryPolicy, type MigrationError, nextDelayMs } from '@sterna/domain';
import { KeptLease } from '@sterna/platform';
import type { BatchCheck, CheckedMailbox, Endpoint } from '@sterna/state';
import { checkMailbox, type CheckParts, type CheckResult } from './check-mailbox.js';
import { type MailboxCheck } from './mailbox-check.js';
import { type SourceLane } from './source-lane.js';

const leaseMs = 30_000;
/** Also how long a stop may wait until it is seen. */
const renewMs = 2_000;
/** A mailbox whose worker died, or whose check failed, so often is not tried again: it may be the reason. */
const attempts = 8;

/** Where a mailbox belongs. */
export interface RunPlace {
  check: BatchCheck;
  endpoint: Endpoint;
  lane: SourceLane;
}

/** The check of one mailbox, from its claim to what was found. */
export class MailboxRun {
  #row: CheckedMailbox | null = null;
  #hasLane = false;

  constructor(
    private readonly parts: CheckParts,
    private readonly place: RunPlace,
    private readonly owner: string,
  ) {}

  /** Takes a place at the server, then the mailbox; false when another replica was faster, or the server is busy. */
  async claim(due: CheckedMailbox): Promise<boolean> {
    const { lane } = this.place;
    const holder = this.#holderOf(due);
    if (due.skipLogin === null && !(await lane.enter(holder, due.login))) return false;
    this.#hasLane = due.skipLogin === null;
    this.#row = await this.parts.store.checkedMailboxes.claim({ ...due, owner: this.owner }, leaseMs);
    if (this.#row === null && this.#hasLane) await lane.leave(holder, false);
    return this.#row !== null;
  }

  async run(): Promise<void> {
    const row = this.#row;
    if (row === null) return;
    const { logger } = this.parts;
    const renew = () => this.#renew(row);
    const kept = new KeptLease({ leaseMs, renewMs, isStopRequested: false, renew, logger });
    const signal = AbortSignal.any([this.parts.signal, kept.lost, kept.stopRequested]);
    let isRefused = false;
    try {
      const found = await this.#look(row, signal);
      if (found !== null) {
        isRefused = found.sourceError !== null && slowsDown(found.sourceError);
        await this.#settle(row, found);
      }
    } catch (error) {
      // called off is no attempt; anything else is looked at again after a while
      if (signal.aborted) await this.#giveBack(row, 0, row.attempt - 1);
      else await this.#giveBack(row, checkRetryPolicy.firstDelayMs, row.attempt);
      if (!signal.aborted) throw error;
    } finally {
      kept.release();
      if (this.#hasLane) await this.place.lane.leave(this.#holderOf(row), isRefused);
    }
  }

  /** Null when the mailbox is in no batch any more. */
  async #look(row: CheckedMailbox, signal: AbortSignal): Promise<CheckResult | null> {
    const { store } = this.parts;
    const { check, endpoint } = this.place;
    const [user, batch] = await Promise.all([
      store.users.find(row.tenantId, row.userId),
      store.batches.find(row.tenantId, row.batchId),
    ]);
    if (user === null || batch === null || batch.status === 'Removing') {
      await store.checkedMailboxes.removeOfUser(row.tenantId, row.userId);
      return null;
    }
    const { mailboxSeconds } = check.settings;
    const isHopeless = row.attempt > attempts;
    const skipLogin = isHopeless
      ? `the check of it ended ${attempts} times without an answer`
      : row.skipLogin;
    return checkMailbox({ ...this.parts, signal }, { user, batch, endpoint, mailboxSeconds, skipLogin });
  }

  async #settle(row: CheckedMailbox, { check, sourceError }: CheckResult): Promise<void> {
    const { store } = this.parts;
    const delayMs = sourceError === null ? null : delayOf(sourceError, row.attempt);
    if (delayMs !== null) {
      await this.#giveBack(row, delayMs, row.attempt);
      return;
    }
    if (sourceError?.code === 'sourceLoginRefused') await this.#spareLogin(row);
    else if (check.source.isChecked) await this.#noteGoodLogin(row);
    await store.checkedMailboxes.finish(row, {
      verdict: check.verdict,
      codes: [...new Set([...check.problems, ...check.notes].map(({ code }) => code))],
      counts: countsOf(check),
      json: JSON.stringify(check),
    });
  }

  /** A login that was refused is not tried for the next mailbox, unless it is known to be right. */
  async #spareLogin({ checkId, login, emailAddress, batchId, tenantId }: CheckedMailbox): Promise<void> {
    const { store } = this.parts;
    const check = await store.checks.find(tenantId, batchId);
    if (check?.goodLogins.includes(login) === true) return;
    const reason = `the login "${login}" was refused for ${emailAddress}; it is not tried again, for that would lock the account`;
    await store.checkedMailboxes.skipLogin(checkId, login, reason);
  }

  /** Only for logins that other mailboxes have too: those of an administrator. */
  async #noteGoodLogin({ checkId, login }: CheckedMailbox): Promise<void> {
    const { store } = this.parts;
    if (this.place.check.goodLogins.includes(login)) return;
    if (await store.checkedMailboxes.isShared(checkId, login))
      await store.checks.noteGoodLogin(checkId, login);
  }

  async #giveBack(row: CheckedMailbox, delayMs: number, attempt: number): Promise<void> {
    const notBefore = new Date(Date.now() + delayMs);
    await this.parts.store.checkedMailboxes.giveBack(row, { notBefore, attempt });
  }

  async #renew(row: CheckedMailbox): Promise<{ stopRequested: boolean } | null> {
    const { store } = this.parts;
    const renewed = await store.checkedMailboxes.renew(row, leaseMs);
    if (renewed === null) return null;
    if (this.#hasLane && !(await this.place.lane.renew(this.#holderOf(row)))) return null;
    return { stopRequested: !(await store.checks.isRunning(row.checkId)) };
  }

  #holderOf({ checkId, userId }: CheckedMailbox): string {
    return `${checkId}/${userId}/${this.owner}`;
  }
}

/** Whether the next login at this server should wait longer. */
function slowsDown({ code }: MigrationError): boolean {
  return (
    code === 'sourceLoginRefused' ||
    code === 'sourceLoginUnavailable' ||
    code === 'sourceTooManyConnections' ||
    code === 'sourceThrottled'
  );
}

/** When a source that is busy is tried again; null when that does not help, or was done often enough. */
function delayOf({ retry }: MigrationError, attempt: number): number | null {
  if (retry.kind === 'never') return null;
  const delayMs = nextDelayMs(checkRetryPolicy, attempt, Math.random());
  if (delayMs === null) return null;
  return retry.kind === 'after'
    ? Math.min(Math.max(delayMs, retry.delayMs), checkRetryPolicy.maxDelayMs)
    : delayMs;
}

function countsOf({ source, renamedCount, estimate }: MailboxCheck): NonNullable<CheckedMailbox['counts']> {
  const { folders, messages, bytes, leftOut } = source;
  return { folders, messages, bytes, renamed: renamedCount, seconds: estimate.seconds, leftOut };
}
