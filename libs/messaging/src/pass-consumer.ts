import { type ContentEnvelope, decodeFrame } from '@sterna/contracts';
import { context } from '@opentelemetry/api';
import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import type { Broker } from './broker.js';
import { park } from './parked.js';
import { assertParkedQueue, passQueueBytes, passQueueOptions } from './queues.js';
import { traceOf } from './trace-headers.js';

/** One envelope of a pass; it must be acknowledged or given back. */
export interface PassDelivery {
  envelope: ContentEnvelope;
  content: Buffer;
  /** The broker may have given it to a writer before. */
  redelivered: boolean;
  ack(): void;
  requeue(): void;
}

export interface PassConsumerOptions {
  broker: Broker;
  queue: string;
  /** How many envelopes may be unacknowledged. */
  prefetch: number;
  onDelivery(delivery: PassDelivery): void;
  /** The broker or the connection ended the consumer; what was not acknowledged will come again to another. */
  onLost(): void;
}

/** The one consumer of a pass's queue. */
export class PassConsumer {
  readonly #channel: ConfirmChannel;
  #consumerTag = '';
  #isStopped = false;

  private constructor(channel: ConfirmChannel) {
    this.#channel = channel;
  }

  static async open(options: PassConsumerOptions): Promise<PassConsumer> {
    const { broker, queue } = options;
    const channel = await (await broker.connection()).createConfirmChannel();
    const consumer = new PassConsumer(channel);
    channel.on('error', (error: Error) =>
      broker.logger.warn({ error, queue }, 'the channel of a pass failed'),
    );
    channel.on('close', () => {
      if (!consumer.#isStopped) options.onLost();
    });
    await channel.prefetch(options.prefetch);
    await channel.assertQueue(queue, passQueueOptions(passQueueBytes, broker.queueType));
    await assertParkedQueue(channel, broker.queueType);
    const { consumerTag } = await channel.consume(queue, (message) => {
      if (message === null) options.onLost();
      else context.with(traceOf(message.properties.headers), () => deliver(channel, message, options));
    });
    consumer.#consumerTag = consumerTag;
    return consumer;
  }

  /** Stops deliveries; what is not acknowledged goes back to the queue. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    try {
      await this.#channel.cancel(this.#consumerTag);
      await this.#channel.close();
    } catch {
      // the channel was gone already
    }
  }
}

function deliver(channel: ConfirmChannel, message: ConsumeMessage, options: PassConsumerOptions): void {
  const settle = (how: () => void): void => {
    try {
      how();
    } catch {
      // the channel is gone: the broker delivers again
    }
  };
  try {
    const { envelope, content } = decodeFrame(message.content);
    options.onDelivery({
      envelope,
      content,
      redelivered: message.fields.redelivered,
      ack: () => settle(() => channel.ack(message)),
      requeue: () => settle(() => channel.nack(message, false, true)),
    });
  } catch (error) {
    options.broker.logger.error({ error, queue: options.queue }, 'an envelope breaks its contract; parked');
    park(channel, message).then(
      () => settle(() => channel.ack(message)),
      () => settle(() => channel.nack(message, false, true)),
    );
  }
}
