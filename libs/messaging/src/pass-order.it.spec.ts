import { randomUUID } from 'node:crypto';
import { connect as connectTcp, createServer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type ContentEnvelope, parkedQueue, passQueueName } from '@sterna/contracts';
import { createLogger } from '@sterna/platform';
import { connect } from 'amqplib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Broker } from './broker.js';
import { PassConsumer, type PassDelivery } from './pass-consumer.js';
import { PassPublisher } from './pass-publisher.js';

const logger = createLogger({ service: 'test', level: 'fatal' });
const url = process.env['STERNA_TEST_AMQP_URL'] ?? '';
let broker: Broker;
let publisher: PassPublisher;
let queue: string;

beforeEach(async () => {
  broker = await Broker.connect({ url, name: 'test', logger });
  queue = passQueueName('contoso', randomUUID());
  publisher = new PassPublisher({
    broker,
    queue,
    tenantId: 'contoso',
    signal: AbortSignal.timeout(60_000),
  });
});

afterEach(async () => {
  await publisher.close();
  await broker.deleteQueue(queue);
  await broker.close();
});

const identity = { version: 1, tenantId: 'contoso', passId: 'p', passNumber: 1, attempt: 1 } as const;
const position = { folderId: 'f', uidValidity: 1 };

function part(uid: number): ContentEnvelope {
  return { ...identity, ...position, type: 'message-part', uid, index: 0 };
}

function plan(uid: number): ContentEnvelope {
  return { ...identity, ...position, type: 'plan', uids: [uid] };
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 300 && !(await condition()); round += 1) await pause(50);
  expect(await condition()).toBe(true);
}

describe('envelopes of a pass', () => {
  it('keep their place before and after a control envelope, also while the queue refuses', async () => {
    const content = Buffer.alloc(400_000, 7);
    const received: ContentEnvelope[] = [];
    const onDelivery = (delivery: PassDelivery): void => {
      received.push(delivery.envelope);
      setTimeout(() => delivery.ack(), 5);
    };
    const publishing = (async () => {
      for (let block = 1; block <= 3; block += 1) {
        await publisher.barrier();
        await publisher.publish(plan(block));
        await publisher.barrier();
        for (let uid = 1; uid <= 20; uid += 1) await publisher.publish(part(block * 100 + uid), content);
      }
      await publisher.barrier();
    })();
    await pause(500);
    const options = { broker, queue, prefetch: 4, onDelivery, onLost: () => undefined };
    const consumer = await PassConsumer.open(options);
    await publishing;
    await until(() => received.length === 63);
    await consumer.stop();
    let block = 0;
    for (const envelope of received) {
      if (envelope.type === 'plan') block = envelope.uids[0] ?? 0;
      else if (envelope.type === 'message-part') expect(Math.floor(envelope.uid / 100)).toBe(block);
    }
  });

  it('are parked when they break their contract, and the next one is read', async () => {
    await publisher.publish(plan(1));
    await publisher.barrier();
    const connection = await connect(url);
    const channel = await connection.createConfirmChannel();
    const broken = Buffer.from(`no frame ${queue}`);
    channel.sendToQueue(queue, broken);
    await channel.waitForConfirms();
    await publisher.publish(plan(2));
    const received: ContentEnvelope[] = [];
    const onDelivery = (delivery: PassDelivery): void => {
      received.push(delivery.envelope);
      delivery.ack();
    };
    const options = { broker, queue, prefetch: 4, onDelivery, onLost: () => undefined };
    const consumer = await PassConsumer.open(options);
    await until(() => received.length === 2);
    let isParked = false;
    await until(async () => {
      const message = await channel.get(parkedQueue, { noAck: true });
      isParked ||= message !== false && message.content.equals(broken);
      return isParked;
    });
    await until(async () => (await broker.queueDepth(queue)) === 0);
    await consumer.stop();
    await connection.close();
  });

  it('arrive all the same when the connection is cut while they are published', async () => {
    const line = await openLine(url);
    const remote = await Broker.connect({ url: line.url, name: 'test', logger });
    const signal = AbortSignal.timeout(60_000);
    const sender = new PassPublisher({ broker: remote, queue, tenantId: 'contoso', signal });
    for (let uid = 1; uid <= 60; uid += 1) {
      await sender.publish(part(uid), Buffer.alloc(50_000));
      if (uid === 30) line.cut();
    }
    await sender.barrier();
    await remote.close();
    line.close();
    const seen = new Set<number>();
    const onDelivery = (delivery: PassDelivery): void => {
      if (delivery.envelope.type === 'message-part') seen.add(delivery.envelope.uid);
      delivery.ack();
    };
    const options = { broker, queue, prefetch: 16, onDelivery, onLost: () => undefined };
    const consumer = await PassConsumer.open(options);
    await until(() => seen.size === 60);
    await consumer.stop();
  });
});

/** A way to the broker that can be cut. */
async function openLine(target: string): Promise<{ url: string; cut(): void; close(): void }> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((near) => {
    const far = connectTcp({ host: hostname, port: Number(port) });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
    }
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const line = new URL(target);
  line.hostname = '127.0.0.1';
  line.port = String(typeof address === 'object' ? address?.port : '');
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  return { url: line.href, cut, close: () => server.close() };
}
