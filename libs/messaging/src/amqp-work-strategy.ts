import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { z } from 'zod';
import type { Broker } from './broker.js';
import { type WorkContext, type WorkOutcome, WorkConsumer } from './work-consumer.js';

/** One queue of work that handlers of `@EventPattern(queue)` take from. */
export interface WorkPattern {
  queue: string;
  schema: z.ZodType;
  slots: number;
}

/** What a handler gets as its payload. */
export interface WorkPayload<Envelope> {
  envelope: Envelope;
  context: WorkContext;
}

/**
 * Nest's transport for work queues: the handler returns a WorkOutcome, and only that decides what becomes of
 * the envelope. Start refuses a pattern without exactly one handler.
 */
export class AmqpWorkStrategy extends Server implements CustomTransportStrategy {
  readonly #consumers: WorkConsumer<unknown>[] = [];

  constructor(
    private readonly broker: Broker,
    private readonly patterns: WorkPattern[],
  ) {
    super();
  }

  listen(callback: (error?: unknown) => void): void {
    try {
      for (const pattern of this.patterns) this.#consume(pattern);
      callback();
    } catch (error) {
      callback(error);
    }
  }

  #consume(pattern: WorkPattern): void {
    const handler = this.getHandlerByPattern(pattern.queue);
    if (handler === null) throw new Error(`no handler takes from ${pattern.queue}`);
    const consumer = new WorkConsumer<unknown>({
      broker: this.broker,
      ...pattern,
      handle: async (envelope, context) => outcomeOf(await handler({ envelope, context })),
    });
    consumer.start();
    this.#consumers.push(consumer);
  }

  /** Takes no more work and waits for what runs. */
  async close(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.drain()));
  }

  override on(): never {
    throw new Error('this transport has no events');
  }

  override unwrap(): never {
    throw new Error('this transport has nothing to unwrap');
  }
}

function outcomeOf(result: unknown): WorkOutcome {
  if (isOutcome(result)) return result;
  throw new Error('a handler of a work queue returns a WorkOutcome');
}

function isOutcome(result: unknown): result is WorkOutcome {
  if (typeof result !== 'object' || result === null || !('kind' in result)) return false;
  return result.kind === 'acknowledge' || result.kind === 'retry' || result.kind === 'park';
}
