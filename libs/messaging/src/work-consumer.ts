import { context as traces } from '@opentelemetry/api';
import type { Channel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { asMigrationError } from '@sterna/domain';
import { pauseFor } from '@sterna/platform';
import type { z } from 'zod';
import type { Broker } from './broker.js';
import { park } from './parked.js';
import { assertWorkQueue } from './queues.js';
import { traceOf } from './trace-headers.js';

/** What became of a work envelope: done, to be offered again after a pause, or put aside for an operator. */
export type WorkOutcome =
  { kind: 'acknowledge' } | { kind: 'retry'; delayMs: number } | { kind: 'park'; reason: string };

/** What a handler is given besides the envelope. */
export interface WorkContext {
  /** Acknowledges now, because a lease in MongoDB holds the work from here on. */
  claimed(): void;
  /** Aborted when the consumer drains. */
  signal: AbortSignal;
}

export interface WorkConsumerOptions<Envelope> {
  broker: Broker;
  queue: string;
  schema: z.ZodType<Envelope>;
  /** How many envelopes are worked on at once. */
  slots: number;
  handle(envelope: Envelope, context: WorkContext): Promise<WorkOutcome>;
}

/**
 * Consumes a work queue. While all slots are busy the consumer is cancelled, so that no envelope waits behind a
 * busy worker while another is idle. After a lost connection it starts again by itself.
 */
export class WorkConsumer<Envelope> {
  readonly #options: WorkConsumerOptions<Envelope>;
  readonly #draining = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #channel: ConfirmChannel | null = null;
  #consumerTag: string | null = null;
  #loop: Promise<void> = Promise.resolve();

  constructor(options: WorkConsumerOptions<Envelope>) {
    this.#options = options;
  }

  start(): void {
    this.#loop = this.#keepConsuming();
  }

  /** How many envelopes are being worked on. */
  get busySlots(): number {
    return this.#running.size;
  }

  async #keepConsuming(): Promise<void> {
    const { broker } = this.#options;
    while (!this.#draining.signal.aborted && !broker.stopped.aborted) {
      try {
        if (this.#channel === null) await this.#openChannel();
        if (this.#running.size < this.#options.slots) await this.#resume();
      } catch (error) {
        broker.logger.warn({ error, queue: this.#options.queue }, 'cannot consume; trying again');
        this.#channel = null;
        await pauseFor(1_000, this.#draining.signal);
      }
      await pauseFor(50, this.#draining.signal);
    }
  }

  async #openChannel(): Promise<void> {
    const { broker, queue } = this.#options;
    const channel = await (await broker.connection()).createConfirmChannel();
    channel.on('error', (error: Error) => broker.logger.warn({ error, queue }, 'a consuming channel failed'));
    channel.on('close', () => {
      if (this.#channel === channel) this.#channel = null;
      this.#consumerTag = null;
    });
    await channel.prefetch(1);
    await assertWorkQueue(channel, queue, broker.queueType);
    this.#consumerTag = null;
    this.#channel = channel;
  }

  async #resume(): Promise<void> {
    const channel = this.#channel;
    if (channel === null || this.#consumerTag !== null) return;
    const { consumerTag } = await channel.consume(this.#options.queue, (message) => {
      if (message === null) this.#consumerTag = null;
      else this.#take(channel, message);
    });
    this.#consumerTag = consumerTag;
  }

  #take(channel: ConfirmChannel, message: ConsumeMessage): void {
    if (this.#running.size >= this.#options.slots || this.#draining.signal.aborted) {
      channel.nack(message, false, true);
      return;
    }
    const trace = traceOf(message.properties.headers);
    const work = traces
      .with(trace, () => this.#work(channel, message))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
    if (this.#running.size >= this.#options.slots) this.#pauseConsuming(channel);
  }

  #pauseConsuming(channel: Channel): void {
    const tag = this.#consumerTag;
    this.#consumerTag = null;
    if (tag !== null) channel.cancel(tag).catch(() => undefined);
  }

  async #work(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
    const { broker, schema, queue } = this.#options;
    const settle = onceSettled(channel, message);
    try {
      const parsed = schema.safeParse(parseJson(message.content));
      if (!parsed.success) {
        broker.logger.error(
          { queue, fault: parsed.error.message },
          'an envelope breaks its contract; parked',
        );
        await park(channel, message);
        settle('acknowledge');
        return;
      }
      const claimed = (): void => settle('acknowledge');
      const outcome = await this.#options.handle(parsed.data, { claimed, signal: this.#draining.signal });
      if (outcome.kind === 'park') {
        broker.logger.error({ queue, reason: outcome.reason }, 'a handler parked an envelope');
        await park(channel, message);
      }
      if (outcome.kind === 'retry') await pauseFor(outcome.delayMs, this.#draining.signal);
      settle(outcome.kind === 'retry' ? 'requeue' : 'acknowledge');
    } catch (error) {
      broker.logger.error(
        { error: asMigrationError(error), queue },
        'a handler failed; its envelope is offered again',
      );
      await pauseFor(1_000, this.#draining.signal);
      settle('requeue');
    }
  }

  /** Takes no more work, tells handlers to end by their signal, waits for them. */
  async drain(): Promise<void> {
    this.#draining.abort(new Error('the consumer drains'));
    if (this.#channel !== null) this.#pauseConsuming(this.#channel);
    await this.#loop;
    await Promise.all(this.#running);
    await this.#channel?.close().catch(() => undefined);
  }
}

function onceSettled(channel: Channel, message: ConsumeMessage): (how: 'acknowledge' | 'requeue') => void {
  let isSettled = false;
  return (how) => {
    if (isSettled) return;
    isSettled = true;
    try {
      if (how === 'acknowledge') channel.ack(message);
      else channel.nack(message, false, true);
    } catch {
      // the channel is gone: the broker offers the envelope again
    }
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
