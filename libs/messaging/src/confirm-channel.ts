import type { ConfirmChannel, Message, Options } from 'amqplib';
import type { Broker } from './broker.js';

/** How the broker took one publish: kept, refused (a full queue), or the channel went down first. */
export type PublishResult = 'confirmed' | 'refused' | 'lost';

/** Publishes with confirms on a channel that is made again after it was lost. */
export class ConfirmPublisher {
  readonly #broker: Broker;
  readonly #prepare: (channel: ConfirmChannel) => Promise<void>;
  readonly #returned = new Set<string>();
  #channel: Promise<ConfirmChannel> | null = null;
  #count = 0;

  /** `prepare` declares what is published to; it runs on each new channel. */
  constructor(broker: Broker, prepare: (channel: ConfirmChannel) => Promise<void>) {
    this.#broker = broker;
    this.#prepare = prepare;
  }

  /**
   * Resolves when the broker said what it did with the message. A queue that is gone counts as lost: the broker
   * confirms what it cannot route, so publishes are mandatory and the returned ones are told apart; the next
   * publish declares the queue again.
   */
  async publish(queue: string, body: Buffer, options: Options.Publish): Promise<PublishResult> {
    const channel = await this.#living();
    return new Promise((resolve) => {
      const onClose = (): void => {
        resolve('lost');
      };
      channel.once('close', onClose);
      try {
        const messageId = String((this.#count += 1));
        channel.sendToQueue(queue, body, { ...options, messageId, mandatory: true }, (error: unknown) => {
          channel.removeListener('close', onClose);
          if (this.#returned.delete(messageId)) {
            void this.close();
            resolve('lost');
          } else resolve(error === null || error === undefined ? 'confirmed' : 'refused');
        });
      } catch {
        channel.removeListener('close', onClose);
        resolve('lost');
      }
    });
  }

  #living(): Promise<ConfirmChannel> {
    this.#channel ??= this.#open();
    return this.#channel;
  }

  async #open(): Promise<ConfirmChannel> {
    try {
      const channel = await (await this.#broker.connection()).createConfirmChannel();
      channel.setMaxListeners(0);
      channel.on('error', (error: Error) =>
        this.#broker.logger.warn({ error }, 'a publishing channel failed'),
      );
      channel.on('close', () => {
        this.#channel = null;
      });
      channel.on('return', (message: Message) => this.#returned.add(String(message.properties.messageId)));
      await this.#prepare(channel);
      return channel;
    } catch (error) {
      this.#channel = null;
      throw error;
    }
  }

  async close(): Promise<void> {
    const channel = this.#channel;
    this.#channel = null;
    if (channel !== null) await (await channel).close().catch(() => undefined);
  }
}
