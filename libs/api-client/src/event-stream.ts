import { setTimeout as wait } from 'node:timers/promises';
import { type EventSourceMessage } from 'eventsource-parser';
import { EventSourceParserStream } from 'eventsource-parser/stream';
import { ApiProblem, problemOf } from './api-problem.js';
import type { components } from './generated/openapi.js';

export type ProgressEvent = components['schemas']['ProgressEvent'];
export type WatchEvent = { kind: 'progress'; id: string; event: ProgressEvent } | { kind: 'removed' };

const pauseMs = 1000;

export interface EventRequest {
  url: string;
  headers: Record<string, string>;
  fetch: typeof globalThis.fetch;
  signal?: AbortSignal;
}

function isProgress(value: unknown): value is ProgressEvent {
  return typeof value === 'object' && value !== null && 'batch' in value && 'users' in value;
}

async function open(request: EventRequest, lastEventId: string | null): Promise<Response> {
  const response = await request.fetch(request.url, {
    headers: {
      ...request.headers,
      Accept: 'text/event-stream',
      ...(lastEventId !== null && { 'Last-Event-ID': lastEventId }),
    },
    ...(request.signal !== undefined && { signal: request.signal }),
  });
  if (response.ok) return response;
  throw new ApiProblem(problemOf(await response.json().catch(() => null), response));
}

async function* parse(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<EventSourceMessage> {
  yield* body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
}

/**
 * Reads server-sent events (WHATWG HTML, section 9.2). After a broken stream it connects again with Last-Event-ID;
 * a first connection that fails throws.
 */
export async function* readEvents(request: EventRequest): AsyncGenerator<WatchEvent> {
  let lastEventId: string | null = null;
  let isConnected = false;
  while (request.signal?.aborted !== true) {
    try {
      const response = await open(request, lastEventId);
      isConnected = true;
      for await (const message of response.body === null ? [] : parse(response.body)) {
        lastEventId = message.id ?? lastEventId;
        if (message.event === 'removed') {
          yield { kind: 'removed' };
          return;
        }
        const event: unknown = JSON.parse(message.data);
        if (isProgress(event)) yield { kind: 'progress', id: message.id ?? '', event };
      }
    } catch (error) {
      if (isAborted(request.signal)) return;
      if (error instanceof ApiProblem && error.problem.status < 500) throw error;
      if (!isConnected) throw error;
    }
    await wait(pauseMs, undefined, request.signal === undefined ? {} : { signal: request.signal }).catch(
      () => undefined,
    );
  }
}

const isAborted = (signal: AbortSignal | undefined): boolean => signal?.aborted === true;
