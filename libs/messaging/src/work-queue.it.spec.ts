import { setTimeout as pause } from 'node:timers/promises';
import { readerPass, type ReaderPass, readerPassesQueue } from '@sterna/contracts';
import { createLogger } from '@sterna/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from './broker.js';
import { WorkConsumer } from './work-consumer.js';
import { WorkPublisher } from './work-publisher.js';

const logger = createLogger({ service: 'test', level: 'fatal' });
let broker: Broker;
let publisher: WorkPublisher;

beforeAll(async () => {
  broker = await Broker.connect({ url: process.env['STERNA_TEST_AMQP_URL'] ?? '', name: 'test', logger });
  publisher = new WorkPublisher(broker);
});
beforeEach(() => broker.deleteQueue(readerPassesQueue));
afterAll(() => broker.close());

function work(passId: string): ReaderPass {
  return {
    type: 'reader-pass',
    version: 1,
    tenantId: 't',
    batchId: 'b',
    userId: 'u',
    passId,
    passNumber: 1,
    kind: 'initial',
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 200 && !condition(); round += 1) await pause(50);
  expect(condition()).toBe(true);
}

describe('a work queue', () => {
  it('leaves to others what finds no free slot', async () => {
    const taken: Record<string, string[]> = { first: [], second: [] };
    let finish: () => void = () => undefined;
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const consumers = ['first', 'second'].map(
      (name) =>
        new WorkConsumer({
          broker,
          queue: readerPassesQueue,
          schema: readerPass,
          slots: 2,
          async handle(envelope, context) {
            taken[name]?.push(envelope.passId);
            context.claimed();
            await finished;
            return { kind: 'acknowledge' };
          },
        }),
    );
    consumers.forEach((consumer) => consumer.start());
    await Promise.all(['1', '2', '3', '4', '5'].map((id) => publisher.publish(readerPassesQueue, work(id))));
    await until(() => taken['first']?.length === 2 && taken['second']?.length === 2);
    finish();
    await until(() => Object.values(taken).flat().length === 5);
    expect(Object.values(taken).flat().sort()).toEqual(['1', '2', '3', '4', '5']);
    await Promise.all(consumers.map((consumer) => consumer.drain()));
  });

  it('offers an envelope again when its handler throws', async () => {
    let attempts = 0;
    const consumer = new WorkConsumer({
      broker,
      queue: readerPassesQueue,
      schema: readerPass,
      slots: 1,
      handle() {
        attempts += 1;
        if (attempts === 1) return Promise.reject(new Error('once'));
        return Promise.resolve({ kind: 'acknowledge' } as const);
      },
    });
    consumer.start();
    await publisher.publish(readerPassesQueue, work('1'));
    await until(() => attempts === 2);
    await consumer.drain();
    expect(await broker.queueDepth(readerPassesQueue)).toBe(0);
  });
});
