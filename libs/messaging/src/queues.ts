import type { Channel, Options } from 'amqplib';
import { parkedQueue } from '@sterna/contracts';

type QueueType = 'quorum' | 'classic';

/** Declares a queue of work for any replica, and the one for what is parked. */
export async function assertWorkQueue(channel: Channel, name: string, type: QueueType): Promise<void> {
  await channel.assertQueue(name, { durable: true, arguments: { 'x-queue-type': type } });
  await assertParkedQueue(channel, type);
}

/** Declares the place for envelopes that break their contract. */
export async function assertParkedQueue(channel: Channel, type: QueueType): Promise<void> {
  await channel.assertQueue(parkedQueue, { durable: true, arguments: { 'x-queue-type': type } });
}

/** A pass's queue that nobody uses any more goes away by itself; a pass that needs it makes it again. */
const unusedQueueLifeMs = 24 * 3_600_000;

/** A pass's queue: bounded in bytes, refusing what is over it, with one consumer at a time. */
export function passQueueOptions(maxBytes: number, type: QueueType): Options.AssertQueue {
  return {
    durable: true,
    arguments: {
      'x-queue-type': type,
      'x-max-length-bytes': maxBytes,
      'x-overflow': 'reject-publish',
      'x-single-active-consumer': true,
      'x-expires': unusedQueueLifeMs,
    },
  };
}

/** The bound of a pass's queue, the same for everyone who declares it. */
export const passQueueBytes = 8 * 1024 * 1024;
