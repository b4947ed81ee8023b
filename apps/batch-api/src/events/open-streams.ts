import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import type { Response } from 'express';

export interface StreamEvent {
  id: string;
  name: string;
  data: unknown;
}

const pollMs = 1000;
const heartbeatMs = 15_000;
/** A stream looks at the database in at most a fifth of its time, however large the batch. */
const restsPerLook = 4;

/** How long a stream rests after a look that took this long, in ms. */
export const restAfter = (tookMs: number): number => Math.max(pollMs, restsPerLook * tookMs);

/** The event streams that are open; they end when the client leaves or the service does. */
@Injectable()
export class OpenStreams implements BeforeApplicationShutdown {
  private readonly shutdown = new AbortController();

  beforeApplicationShutdown(): void {
    this.shutdown.abort();
  }

  /**
   * Sends what `next` gives whenever its id has changed, a comment as heartbeat otherwise, until it gives an event
   * named `removed`. `lastEventId` is what the client saw last.
   */
  async run(response: Response, lastEventId: string | null, next: () => Promise<StreamEvent>): Promise<void> {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.shutdown.signal]);
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
      'X-Accel-Buffering': 'no',
    });
    response.write(`retry: ${pollMs}\n\n`);
    let seen = lastEventId;
    let sentAt = Date.now();
    while (!signal.aborted) {
      const lookedAt = Date.now();
      const event = await next();
      const rest = restAfter(Date.now() - lookedAt);
      if (event.id !== seen) {
        response.write(`id: ${event.id}\nevent: ${event.name}\ndata: ${JSON.stringify(event.data)}\n\n`);
        seen = event.id;
        sentAt = Date.now();
      } else if (Date.now() - sentAt >= heartbeatMs) {
        response.write(': nothing has changed\n\n');
        sentAt = Date.now();
      }
      if (event.name === 'removed') break;
      await wait(rest, undefined, { signal }).catch(() => undefined);
    }
    response.end();
  }
}
