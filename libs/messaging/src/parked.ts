import type { ConfirmChannel, ConsumeMessage } from 'amqplib';
import { parkedQueue } from '@sterna/contracts';

/** Puts a message aside for an operator; resolves when the broker has it, so that it can be acknowledged. */
export async function park(channel: ConfirmChannel, message: ConsumeMessage): Promise<void> {
  const headers = { ...message.properties.headers, 'x-sterna-queue': message.fields.routingKey };
  await new Promise<void>((resolve, reject) => {
    channel.sendToQueue(parkedQueue, message.content, { persistent: true, headers }, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(error instanceof Error ? error : new Error('the parked queue refused an envelope'));
    });
  });
}
