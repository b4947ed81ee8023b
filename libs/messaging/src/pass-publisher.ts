import { type ContentEnvelope, encodeFrame } from '@sterna/contracts';
import { MigrationError } from '@sterna/domain';
import { pauseFor } from '@sterna/platform';
import { type Broker, brokerUnavailable } from './broker.js';
import { ConfirmPublisher } from './confirm-channel.js';
import { passQueueBytes, passQueueOptions } from './queues.js';
import { tracedHeaders } from './trace-headers.js';

const windowBytes = 4 * 1024 * 1024;
const firstPauseMs = 10;
const longestPauseMs = 500;
/** How long the broker may be away before a publish gives up. */
const longestAbsenceMs = 120_000;

/**
 * Publishes the content of one pass into its bounded queue. Many publishes are open at once, up to 4 MiB; one
 * that the full queue refuses is sent again, so they may change places. barrier() waits for all before it.
 */
export class PassPublisher {
  readonly #broker: Broker;
  readonly #queue: string;
  readonly #tenantId: string;
  readonly #signal: AbortSignal;
  readonly #publisher: ConfirmPublisher;
  readonly #open = new Set<Promise<void>>();
  #openBytes = 0;
  #failure: MigrationError | null = null;

  constructor(options: { broker: Broker; queue: string; tenantId: string; signal: AbortSignal }) {
    this.#broker = options.broker;
    this.#queue = options.queue;
    this.#tenantId = options.tenantId;
    this.#signal = options.signal;
    this.#publisher = new ConfirmPublisher(options.broker, async (channel) => {
      await channel.assertQueue(options.queue, passQueueOptions(passQueueBytes, options.broker.queueType));
    });
  }

  /**
   * Resolves when there is room for more, not when this one is confirmed.
   * @throws MigrationError of an earlier publish that could not be delivered, or `cancelled`.
   */
  async publish(envelope: ContentEnvelope, content?: Buffer): Promise<void> {
    const frame = encodeFrame(envelope, content);
    while (this.#openBytes > 0 && this.#openBytes + frame.length > windowBytes) {
      this.#assertUsable();
      await Promise.race(this.#open);
    }
    this.#assertUsable();
    this.#openBytes += frame.length;
    const sending: Promise<void> = this.#send(frame, envelope)
      .catch((error: unknown) => {
        this.#failure ??= error instanceof MigrationError ? error : brokerUnavailable(error);
      })
      .finally(() => {
        this.#openBytes -= frame.length;
        this.#open.delete(sending);
      });
    this.#open.add(sending);
  }

  /** Waits until the broker has confirmed all that was published. */
  async barrier(): Promise<void> {
    await Promise.all(this.#open);
    this.#assertUsable();
  }

  async #send(frame: Buffer, envelope: ContentEnvelope): Promise<void> {
    const headers = tracedHeaders(this.#tenantId);
    const options = { persistent: true, type: `${envelope.type}.v${envelope.version}`, headers };
    let pauseMs = firstPauseMs;
    let lastAnswerAt = Date.now();
    while (!this.#signal.aborted) {
      const result = await this.#publisher.publish(this.#queue, frame, options).catch(() => 'lost' as const);
      if (result === 'confirmed') return;
      if (result === 'refused') lastAnswerAt = Date.now();
      else if (Date.now() - lastAnswerAt > longestAbsenceMs) {
        throw brokerUnavailable(new Error('publishes are not confirmed'));
      }
      await pauseFor(pauseMs, this.#signal);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
    throw cancelled();
  }

  #assertUsable(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#signal.aborted || this.#broker.stopped.aborted) throw cancelled();
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}

function cancelled(): MigrationError {
  return new MigrationError({
    code: 'cancelled',
    scope: 'service',
    retry: { kind: 'backoff' },
    message: 'publishing was cancelled',
  });
}
