import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Directory } from './directory.js';
import type { Fault } from './fault.js';
import { GraphError, graphErrorBody } from './graph-error.js';
import type { GraphRequest, GraphResponse } from './graph-exchange.js';
import type { RequestCounters } from './request-counters.js';
import type { Throttle } from './throttle.js';

/** What a request passes before it is answered. */
export interface Gate {
  directory: Directory;
  counters: RequestCounters;
  throttle: Throttle;
  latencyMs: number;
}

/** The name under which requests of a mailbox are counted, however the client named it; null without a mailbox. */
export function mailboxKey(directory: Directory, path: readonly string[]): string | null {
  const [collection, user] = path;
  if (collection !== 'users' || user === undefined) return null;
  return (directory.find(user)?.address ?? user).toLowerCase();
}

/** Counts and throttles around `work`. @throws GraphError 429, and what `work` throws */
export async function throughGate(
  gate: Gate,
  request: { mailbox: string | null; method: string; applicationId: string; uploadBytes: number },
  work: () => Promise<GraphResponse>,
): Promise<GraphResponse> {
  const { mailbox, method, applicationId, uploadBytes } = request;
  if (mailbox === null) return work();
  gate.counters.count(mailbox, method);
  let lease;
  try {
    lease = gate.throttle.enter(applicationId, mailbox, uploadBytes);
  } catch (error) {
    gate.counters.countThrottled(mailbox);
    throw error;
  }
  try {
    if (gate.latencyMs > 0) await sleep(gate.latencyMs);
    return await work();
  } finally {
    lease.leave();
  }
}

/** The response of a refusal; errors of the emulator itself become 500 with their message. */
export function refusalOf(error: unknown, clientRequestId: string | undefined): GraphResponse {
  const refusal =
    error instanceof GraphError
      ? error
      : new GraphError(500, 'ErrorInternalServerError', `The emulator failed: ${String(error)}`);
  const requestId = randomUUID();
  const body = graphErrorBody(refusal, requestId, clientRequestId ?? requestId);
  return { status: refusal.status, headers: refusal.headers, body };
}

/** The answer that a fault gives in place of the real one, null when it gives none. */
export function faultRefusal(fault: Fault): GraphError | null {
  if (fault.status === undefined) return null;
  const headers: Record<string, string> = {};
  if (fault.retryAfterSeconds !== undefined) headers['retry-after'] = String(fault.retryAfterSeconds);
  return new GraphError(fault.status, fault.code, fault.message, headers);
}

/** Bytes that count as upload: the body of POST, PUT and PATCH. */
export function uploadBytesOf(request: Pick<GraphRequest, 'method' | 'body'>): number {
  if (!['POST', 'PUT', 'PATCH'].includes(request.method)) return 0;
  if (request.body.kind === 'bytes') return request.body.bytes.length;
  return Buffer.byteLength(JSON.stringify(request.body.value ?? ''));
}
