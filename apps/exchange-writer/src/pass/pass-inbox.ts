import { type Broker, PassConsumer, type PassDelivery } from '@sterna/messaging';
import { pauseFor } from '@sterna/platform';

/** Twice what is written at once; with the size of an envelope it bounds the memory of a pass. */
const prefetch = 16;
const reopenPauseMs = 1_000;

/** The envelopes of one pass in their order. After a lost connection the queue is consumed again. */
export class PassInbox {
  #consumer: PassConsumer | null = null;
  #waiting: PassDelivery[] = [];
  /** Tells the consumer of now from those that were lost. */
  #generation = 0;
  #wake: () => void = () => undefined;

  constructor(
    private readonly broker: Broker,
    private readonly queue: string,
    /** Ends the waiting. */
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** The next envelope; `idle` when none has come for a while; null once the signal was aborted. */
  async next(idleMs: number): Promise<PassDelivery | 'idle' | null> {
    const idle = new AbortController();
    const timer = setTimeout(() => {
      idle.abort();
      this.#wake();
    }, idleMs);
    try {
      while (!this.signal.aborted) {
        const delivery = this.#waiting.shift();
        if (delivery !== undefined) return delivery;
        if (idle.signal.aborted) return 'idle';
        if (this.#consumer === null) await this.#open();
        else await this.#arrival();
      }
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async #open(): Promise<void> {
    this.#generation += 1;
    const generation = this.#generation;
    try {
      const consumer = await PassConsumer.open({
        broker: this.broker,
        queue: this.queue,
        prefetch,
        onDelivery: (delivery) => {
          this.#waiting.push(delivery);
          this.#wake();
        },
        onLost: () => this.#lose(generation),
      });
      if (generation === this.#generation) this.#consumer = consumer;
      else await consumer.stop();
    } catch (error) {
      this.broker.logger.warn({ error, queue: this.queue }, 'the queue of a pass cannot be consumed');
      await pauseFor(reopenPauseMs, this.signal);
    }
  }

  /** What was waiting comes again by the next consumer. */
  #lose(generation: number): void {
    if (generation !== this.#generation) return;
    this.#generation += 1;
    void this.#consumer?.stop();
    this.#consumer = null;
    this.#waiting = [];
    this.#wake();
  }

  #arrival(): Promise<void> {
    if (this.#waiting.length > 0 || this.#consumer === null || this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** What is not acknowledged goes back to the queue. */
  async close(): Promise<void> {
    const consumer = this.#consumer;
    this.#consumer = null;
    this.#waiting = [];
    await consumer?.stop();
  }
}
