import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { type MessageEnvelope, passQueueName } from '@sterna/contracts';
import { createLogger } from '@sterna/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from './broker.js';
import { PassConsumer, type PassDelivery } from './pass-consumer.js';
import { PassPublisher } from './pass-publisher.js';
import { passQueueBytes } from './queues.js';

const logger = createLogger({ service: 'test', level: 'fatal' });
let broker: Broker;
let queue: string;

beforeEach(async () => {
  broker = await Broker.connect({ url: process.env['STERNA_TEST_AMQP_URL'] ?? '', name: 'test', logger });
  queue = passQueueName('contoso', randomUUID());
});

afterEach(async () => {
  await broker.deleteQueue(queue);
  await broker.close();
});

function message(uid: number): MessageEnvelope {
  return {
    type: 'message',
    version: 1,
    tenantId: 'contoso',
    passId: 'p',
    passNumber: 1,
    attempt: 1,
    folderId: 'f',
    uidValidity: 1,
    uid,
    flags: [],
    internalDate: '2024-01-01T00:00:00Z',
    sizeBytes: 100_000,
    fingerprint: '0000000000000000',
  };
}

async function consume(onDelivery: (delivery: PassDelivery) => void): Promise<PassConsumer> {
  return PassConsumer.open({ broker, queue, prefetch: 16, onDelivery, onLost: () => undefined });
}

function uidOf(delivery: PassDelivery): number {
  return delivery.envelope.type === 'message' ? delivery.envelope.uid : 0;
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 600 && !condition(); round += 1) await pause(50);
  expect(condition()).toBe(true);
}

describe('the queue of a pass', () => {
  it('holds the reader back when it is full, and loses nothing', async () => {
    const publisher = new PassPublisher({
      broker,
      queue,
      tenantId: 'contoso',
      signal: AbortSignal.timeout(60_000),
    });
    const content = Buffer.alloc(100_000, 7);
    const count = 250;
    let published = 0;
    const publishing = (async () => {
      for (let uid = 1; uid <= count; uid += 1) {
        await publisher.publish(message(uid), content);
        published += 1;
      }
      await publisher.barrier();
    })();
    await pause(2_000);
    const windowBytes = 4 * 1024 * 1024;
    const overshootBytes = 4 * 1024 * 1024; // a quorum queue notices that it is full a little late
    expect(published).toBeLessThan((passQueueBytes + windowBytes + overshootBytes) / content.length);
    const seen = new Set<number>();
    const consumer = await consume((delivery) => {
      expect(delivery.content.equals(content)).toBe(true);
      seen.add(uidOf(delivery));
      delivery.ack();
    });
    await publishing;
    await until(() => seen.size === count);
    await consumer.stop();
    await publisher.close();
  });

  it('gives what was not acknowledged to the next consumer, marked as redelivered', async () => {
    const publisher = new PassPublisher({
      broker,
      queue,
      tenantId: 'contoso',
      signal: AbortSignal.timeout(60_000),
    });
    for (let uid = 1; uid <= 10; uid += 1) await publisher.publish(message(uid));
    await publisher.barrier();
    const first: PassDelivery[] = [];
    const dying = await consume((delivery) => first.push(delivery));
    await until(() => first.length === 10);
    first[0]?.ack();
    await dying.stop();
    const second: PassDelivery[] = [];
    const consumer = await consume((delivery) => {
      second.push(delivery);
      delivery.ack();
    });
    await until(() => second.length === 9);
    expect(second.every((delivery) => delivery.redelivered)).toBe(true);
    expect(new Set(second.map(uidOf))).toEqual(new Set([2, 3, 4, 5, 6, 7, 8, 9, 10]));
    await consumer.stop();
    await publisher.close();
  });
});
