import { type ChannelModel, connect } from 'amqplib';
import { type Logger, pauseFor } from '@sterna/platform';
import { MigrationError } from '@sterna/domain';

/** What a Broker is made of. `queueType` quorum survives the loss of a node; classic is faster on one node. */
export interface BrokerOptions {
  url: string;
  /** Shown in the broker's list of connections. */
  name: string;
  logger: Logger;
  queueType?: 'quorum' | 'classic';
  /** How long to try at first before giving up, ms. */
  connectTimeoutMs?: number;
}

const longestPauseMs = 5_000;

/** One connection to RabbitMQ that comes back by itself; channels are made anew by those who use them. */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #stopped = new AbortController();
  #connection: Promise<ChannelModel> | null = null;

  private constructor(options: BrokerOptions) {
    this.#options = options;
  }

  /** @throws MigrationError brokerUnavailable when the broker does not answer within `connectTimeoutMs` (30 s). */
  static async connect(options: BrokerOptions): Promise<Broker> {
    const broker = new Broker(options);
    const deadline = Date.now() + (options.connectTimeoutMs ?? 30_000);
    for (let pauseMs = 200; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
      try {
        await broker.connection();
        return broker;
      } catch (error) {
        if (Date.now() + pauseMs > deadline) throw brokerUnavailable(error);
        await pauseFor(pauseMs);
      }
    }
  }

  get queueType(): 'quorum' | 'classic' {
    return this.#options.queueType ?? 'quorum';
  }

  get logger(): Logger {
    return this.#options.logger;
  }

  /** Aborted by close(): those who wait or try again end. */
  get stopped(): AbortSignal {
    return this.#stopped.signal;
  }

  /** The living connection, made anew after it was lost. */
  connection(): Promise<ChannelModel> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async #open(): Promise<ChannelModel> {
    try {
      const connection = await connect(this.#options.url, {
        clientProperties: { connection_name: this.#options.name },
        noDelay: true,
      });
      connection.on('error', (error: Error) => this.logger.warn({ error }, 'the broker connection failed'));
      connection.on('close', () => {
        this.#connection = null;
      });
      return connection;
    } catch (error) {
      this.#connection = null;
      throw error;
    }
  }

  /** Whether the broker answers now. */
  async isAlive(): Promise<boolean> {
    try {
      await this.connection();
      return true;
    } catch {
      return false;
    }
  }

  /** Deletes a queue with what is in it; one that does not exist is no error. */
  async deleteQueue(name: string): Promise<void> {
    const channel = await (await this.connection()).createChannel();
    channel.on('error', () => undefined);
    await channel.deleteQueue(name);
    await channel.close();
  }

  /** How many messages wait in a queue, or null when there is no such queue. */
  async queueDepth(name: string): Promise<number | null> {
    const channel = await (await this.connection()).createChannel();
    channel.on('error', () => undefined);
    try {
      return (await channel.checkQueue(name)).messageCount;
    } catch {
      return null;
    } finally {
      await channel.close().catch(() => undefined);
    }
  }

  async close(): Promise<void> {
    this.#stopped.abort(new Error('the broker connection was closed'));
    const connection = this.#connection;
    if (connection !== null) await (await connection).close().catch(() => undefined);
  }
}

export function brokerUnavailable(cause: unknown): MigrationError {
  return new MigrationError({
    code: 'brokerUnavailable',
    scope: 'service',
    retry: { kind: 'backoff' },
    message: `RabbitMQ cannot be reached: ${cause instanceof Error ? cause.message : String(cause)}`,
    cause,
  });
}
