import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AdminContext, serveAdmin } from './admin.js';
import { serveBatch } from './batch.js';
import type { Fault, FaultList } from './fault.js';
import { GraphError } from './graph-error.js';
import type { GraphRequest, GraphResponse } from './graph-exchange.js';
import { type GraphService, serveGraph } from './graph-service.js';
import { maxRequestBytes } from './options.js';
import { readBody, sendLines, sendResponse } from './http-body.js';
import {
  faultRefusal,
  type Gate,
  mailboxKey,
  refusalOf,
  throughGate,
  uploadBytesOf,
} from './request-gate.js';
import type { SignIn, TokenGrant } from './sign-in.js';

/** Everything a request can reach. */
export interface ServerContext extends GraphService, Gate {
  admin: AdminContext;
  faults: FaultList;
  signIn: SignIn;
}

interface Arrival {
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  url: URL;
  origin: string;
  method: string;
  segments: string[];
}

/** Handles one request on either port: administration, sign-in, uploads or Graph. Never rejects. */
export async function handle(
  context: ServerContext,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const scheme = 'encrypted' in incoming.socket ? 'https' : 'http';
  const origin = `${scheme}://${incoming.headers.host ?? 'localhost'}`;
  try {
    const url = new URL(incoming.url ?? '/', origin);
    const segments = url.pathname
      .split('/')
      .filter((each) => each !== '')
      .map(decodeURIComponent);
    const arrival = { incoming, outgoing, url, origin, method: incoming.method ?? 'GET', segments };
    if (segments[0] === '_emulator') await answerAdmin(context, arrival);
    else await answerWithFaults(context, arrival);
  } catch (error) {
    if (!incoming.complete) incoming.resume();
    if (outgoing.headersSent || outgoing.destroyed) outgoing.destroy();
    else sendResponse(outgoing, refusalOf(error, undefined), undefined);
  }
}

async function answerAdmin(
  context: ServerContext,
  { incoming, outgoing, method, segments }: Arrival,
): Promise<void> {
  const peer = incoming.socket.remoteAddress ?? '';
  if (!/^(127\.|::1$|::ffff:127\.)/.test(peer))
    throw new GraphError(403, 'Forbidden', 'Administration is for loopback only.');
  const bytes = await readBody(incoming, maxRequestBytes);
  let body: unknown;
  try {
    body = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    sendResponse(outgoing, { status: 400, body: { error: String(error) } }, undefined);
    return;
  }
  const answer = serveAdmin(context.admin, method, segments.slice(1), body);
  if (answer.kind === 'lines') await sendLines(outgoing, answer.lines);
  else
    sendResponse(
      outgoing,
      {
        status: answer.status,
        body: Buffer.from(JSON.stringify(answer.body)),
        headers: { 'content-type': 'application/json' },
      },
      undefined,
    );
}

/** Lets the fault that strikes this request, if any, do its work around the real answer. */
async function answerWithFaults(context: ServerContext, arrival: Arrival): Promise<void> {
  const { incoming, outgoing, method, url } = arrival;
  const clientRequestId = String(incoming.headers['client-request-id'] ?? randomUUID());
  const fault = context.faults.take(method, `${url.pathname}${url.search}`);
  if (fault !== null && fault.delayMs > 0) await sleep(fault.delayMs);
  if (fault?.drop === 'before') {
    incoming.socket.destroy();
    return;
  }
  let response: GraphResponse;
  try {
    response = await answer(context, arrival, fault);
  } catch (error) {
    response = refusalOf(error, clientRequestId);
  }
  if (!incoming.complete) incoming.resume();
  if (fault?.drop === 'after') incoming.socket.destroy();
  else sendResponse(outgoing, response, clientRequestId);
}

async function answer(context: ServerContext, arrival: Arrival, fault: Fault | null): Promise<GraphResponse> {
  const refusal = fault === null ? null : faultRefusal(fault);
  if (refusal !== null) {
    const mailbox = mailboxKey(context.directory, arrival.segments.slice(1));
    if (mailbox !== null) {
      context.counters.count(mailbox, arrival.method);
      if (refusal.status === 429) context.counters.countThrottled(mailbox);
    }
    throw refusal;
  }
  const [first = '', second, ...rest] = arrival.segments;
  if (first === 'v1.0' || first === 'beta') return answerGraph(context, arrival);
  if (first === 'api' && second === 'v2.0') return answerUpload(context, arrival);
  return answerSignIn(context, arrival, [first, second, ...rest].join('/'));
}

async function answerSignIn(context: ServerContext, arrival: Arrival, path: string): Promise<GraphResponse> {
  const { incoming, method, origin } = arrival;
  const tenant = path.split('/')[0] ?? '';
  const isMetadata = path === `${tenant}/v2.0/.well-known/openid-configuration`;
  if (isMetadata && method === 'GET') return context.signIn.openIdConfiguration(origin, tenant);
  if (path === `${tenant}/oauth2/v2.0/token` && method === 'POST') {
    const form = new URLSearchParams((await readBody(incoming, maxRequestBytes)).toString('utf8'));
    return context.signIn.token(tenant, form, incoming.headers.authorization);
  }
  throw new GraphError(404, 'NotFound', 'Resource not found.');
}

/** Upload URLs carry their own right: a token on them is an error (page "attachment: createUploadSession"). */
async function answerUpload(
  context: ServerContext,
  { incoming, url, method }: Arrival,
): Promise<GraphResponse> {
  if (incoming.headers.authorization !== undefined) {
    throw new GraphError(
      401,
      'InvalidAuthenticationToken',
      'An upload URL is used without an Authorization header.',
    );
  }
  const session = context.uploads.find(url);
  if (method === 'DELETE') {
    context.uploads.cancel(url);
    return { status: 204 };
  }
  if (method !== 'PUT')
    throw new GraphError(405, 'ErrorInvalidRequest', 'An upload URL takes PUT and DELETE.');
  const uploadBytes = Number(incoming.headers['content-length'] ?? 0);
  const mailbox = session.mailbox.address.toLowerCase();
  const { applicationId } = session;
  return throughGate(context, { mailbox, method, applicationId, uploadBytes }, async () =>
    context.uploads.put(url, incoming.headers['content-range'], await readBody(incoming, maxRequestBytes)),
  );
}

async function answerGraph(context: ServerContext, arrival: Arrival): Promise<GraphResponse> {
  const { incoming, method, segments } = arrival;
  const grant = context.signIn.authenticate(incoming.headers.authorization);
  if (segments[1] === '$batch') {
    if (method !== 'POST') throw new GraphError(405, 'BadRequest', 'A batch is sent with POST.');
    const request = graphRequest(arrival, grant, await readBody(incoming, maxRequestBytes));
    return serveBatch(request, (inner) => serveInner(context, inner));
  }
  const mailbox = mailboxKey(context.directory, segments.slice(1));
  const writes = ['POST', 'PUT', 'PATCH'].includes(method);
  const uploadBytes = writes ? Number(incoming.headers['content-length'] ?? 0) : 0;
  return throughGate(
    context,
    { mailbox, method, applicationId: grant.applicationId, uploadBytes },
    async () => {
      const bytes = await readBody(incoming, maxRequestBytes);
      return serveGraph(context, graphRequest(arrival, grant, bytes));
    },
  );
}

async function serveInner(context: ServerContext, request: GraphRequest): Promise<GraphResponse> {
  try {
    const fault = context.faults.take(request.method, request.url);
    if (fault !== null && fault.delayMs > 0) await sleep(fault.delayMs);
    const refusal = fault === null ? null : faultRefusal(fault);
    if (refusal !== null) throw refusal;
    const { method, applicationId } = request;
    const mailbox = mailboxKey(context.directory, request.path);
    const uploadBytes = uploadBytesOf(request);
    return await throughGate(context, { mailbox, method, applicationId, uploadBytes }, () =>
      serveGraph(context, request),
    );
  } catch (error) {
    return refusalOf(error, undefined);
  }
}

function graphRequest(arrival: Arrival, grant: TokenGrant, bytes: Buffer): GraphRequest {
  const { incoming, url, origin, method, segments } = arrival;
  const { prefer, 'content-type': contentType } = incoming.headers;
  return {
    method,
    version: segments[0] ?? 'v1.0',
    path: segments.slice(1),
    query: url.searchParams,
    headers: { 'content-type': contentType, prefer: Array.isArray(prefer) ? prefer.join(',') : prefer },
    origin,
    url: `${url.pathname}${url.search}`,
    applicationId: grant.applicationId,
    roles: grant.roles,
    body: { kind: 'bytes', bytes },
  };
}
