import { type ReaderPass, readerPassesQueue, type WriterPass, writerPassesQueue } from '@sterna/contracts';
import { pauseFor } from '@sterna/platform';
import { type Broker, brokerUnavailable } from './broker.js';
import { ConfirmPublisher } from './confirm-channel.js';
import { assertWorkQueue } from './queues.js';
import { tracedHeaders } from './trace-headers.js';

const attempts = 10;

/** Publishes work envelopes, each confirmed by the broker before publish() resolves. */
export class WorkPublisher {
  readonly #publisher: ConfirmPublisher;
  readonly #broker: Broker;

  constructor(broker: Broker) {
    this.#broker = broker;
    this.#publisher = new ConfirmPublisher(broker, async (channel) => {
      await assertWorkQueue(channel, readerPassesQueue, broker.queueType);
      await assertWorkQueue(channel, writerPassesQueue, broker.queueType);
    });
  }

  /** @throws MigrationError brokerUnavailable when the broker does not take it after several attempts. */
  async publish(queue: string, envelope: ReaderPass | WriterPass): Promise<void> {
    const headers = tracedHeaders(envelope.tenantId);
    const body = Buffer.from(JSON.stringify(envelope));
    const options = {
      persistent: true,
      contentType: 'application/json',
      type: `${envelope.type}.v${envelope.version}`,
      headers,
    };
    let last: unknown = null;
    for (let attempt = 0; attempt < attempts && !this.#broker.stopped.aborted; attempt += 1) {
      try {
        if ((await this.#publisher.publish(queue, body, options)) === 'confirmed') return;
      } catch (error) {
        last = error;
      }
      await pauseFor(100 * 2 ** Math.min(attempt, 5), this.#broker.stopped);
    }
    throw brokerUnavailable(last ?? new Error(`${queue} refused an envelope`));
  }

  close(): Promise<void> {
    return this.#publisher.close();
  }
}
