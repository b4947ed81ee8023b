import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import { MigrationError } from '@sterna/domain';
import { CountedRequest } from './counted-request.js';
import { cancelled, type MailboxGate } from './mailbox-gate.js';
import { repetitionOf } from './repeat-rule.js';

const attemptTimeoutMs = 180_000;
/** Longer than this a delivery would outlive RabbitMQ's acknowledgement timeout of 30 minutes. */
const maxWaitMs = 20 * 60_000;

/**
 * Replaces the SDK's RetryHandler, which cuts Retry-After at 180 seconds and knows of no other request of the
 * mailbox: every attempt passes the mailbox's gate, and a pause asked by the service holds for all of them.
 */
export class ThrottleMiddleware implements Middleware {
  readonly #gate: MailboxGate;
  #next: Middleware | null = null;

  constructor(gate: MailboxGate) {
    this.#gate = gate;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  /** @throws MigrationError cancelled, or targetThrottled after 20 minutes of pauses for one request. */
  async execute(context: Context): Promise<void> {
    const method = context.options?.method ?? 'GET';
    let waitedMs = 0;
    for (let number = 1; ; number += 1) {
      const lost = await this.#gate.run(() => this.#attempt(context));
      const repetition = repetitionOf({
        method,
        status: context.response?.status ?? 0,
        retryAfter: context.response?.headers.get('retry-after') ?? null,
        number,
        random: Math.random(),
        now: new Date(),
      });
      if (repetition.kind === 'answer') {
        if (lost !== null) throw lost;
        return;
      }
      waitedMs += repetition.delayMs;
      if (waitedMs > maxWaitMs) throw tooLong(repetition.delayMs);
      if (repetition.mailboxWide) this.#gate.pause(repetition.delayMs);
      else await this.#gate.sleep(repetition.delayMs);
    }
  }

  /** Sends once and reads the whole answer while the slot is held; gives the error of a lost answer. */
  async #attempt(context: Context): Promise<Error | null> {
    if (this.#next === null) throw new Error('the throttle is the last in the chain');
    delete context.response;
    if (context instanceof CountedRequest) context.attempts += 1;
    const time = AbortSignal.timeout(attemptTimeoutMs);
    context.options = { ...context.options, signal: AbortSignal.any([this.#gate.signal, time]) };
    this.#gate.counters.sentBytes += sizeOf(context.options.body);
    try {
      await this.#next.execute(context);
      const answer = answerOf(context);
      if (answer === null) return new Error('no answer');
      context.response = await readWhole(answer);
      return null;
    } catch (error) {
      delete context.response;
      if (this.#gate.signal.aborted) throw cancelled(error);
      if (error instanceof MigrationError) throw error;
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

function answerOf(context: Context): Response | null {
  return context.response ?? null;
}

async function readWhole(response: Response): Promise<Response> {
  const body = await response.arrayBuffer();
  const hasBody = response.status !== 204 && response.status !== 304;
  return new Response(hasBody ? body : null, { status: response.status, headers: response.headers });
}

function sizeOf(body: unknown): number {
  if (typeof body === 'string') return Buffer.byteLength(body);
  return body instanceof Uint8Array ? body.byteLength : 0;
}

function tooLong(delayMs: number): MigrationError {
  return new MigrationError({
    code: 'targetThrottled',
    scope: 'account',
    retry: { kind: 'after', delayMs },
    message: `Exchange Online held one request back for more than ${maxWaitMs / 60_000} minutes`,
  });
}
