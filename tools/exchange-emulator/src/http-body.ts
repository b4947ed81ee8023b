import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GraphError } from './graph-error.js';
import type { GraphResponse } from './graph-exchange.js';
import type { JsonObject } from './json.js';

const tooLarge = (): GraphError =>
  new GraphError(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.');

/** The whole body. @throws GraphError 413 past the limit, the rest of the body being read and thrown away */
export async function readBody(incoming: IncomingMessage, limitBytes: number): Promise<Buffer> {
  if (Number(incoming.headers['content-length'] ?? 0) > limitBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  await new Promise<void>((resolve, reject) => {
    incoming.on('data', (chunk: Buffer) => {
      sizeBytes += chunk.length;
      if (sizeBytes <= limitBytes) chunks.push(chunk);
    });
    incoming.on('end', resolve);
    incoming.on('error', reject);
    incoming.on('close', () => {
      if (!incoming.complete) reject(new Error('The client closed the connection within its request.'));
    });
  });
  if (sizeBytes > limitBytes) throw tooLarge();
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

const graphJson =
  'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8';

/** Writes an answer with the headers that every Graph answer has. */
export function sendResponse(
  outgoing: ServerResponse,
  response: GraphResponse,
  clientRequestId: string | undefined,
): void {
  const requestId = randomUUID();
  const headers: Record<string, string | number> = {
    'request-id': requestId,
    'client-request-id': clientRequestId ?? requestId,
  };
  const { body } = response;
  if (body === undefined) headers['content-length'] = 0;
  else if (Buffer.isBuffer(body)) headers['content-length'] = body.length;
  else headers['content-type'] = graphJson;
  Object.assign(headers, response.headers);
  if (body === undefined || Buffer.isBuffer(body)) {
    if (response.status === 204) delete headers['content-length'];
    outgoing.writeHead(response.status, headers).end(body);
    return;
  }
  const text = Buffer.from(JSON.stringify(body), 'utf8');
  headers['content-length'] = text.length;
  outgoing.writeHead(response.status, headers).end(text);
}

/** Streams objects as one line of JSON each (application/x-ndjson), at the reader's pace. */
export async function sendLines(outgoing: ServerResponse, lines: Iterable<JsonObject>): Promise<void> {
  outgoing.writeHead(200, { 'content-type': 'application/x-ndjson' });
  await pipeline(Readable.from(textLines(lines)), outgoing);
}

function* textLines(lines: Iterable<JsonObject>): Generator<string> {
  for (const line of lines) yield `${JSON.stringify(line)}\n`;
}
