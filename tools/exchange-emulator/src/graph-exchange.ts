import { GraphError } from './graph-error.js';
import { isJsonObject, type JsonObject } from './json.js';

/** The body of a request: bytes from the network, or a value that a $batch item brought along. */
export type RequestBody = { kind: 'bytes'; bytes: Buffer } | { kind: 'json'; value: unknown };

/** One Graph request, whether it came alone or inside a $batch. Header names are in lower case. */
export interface GraphRequest {
  method: string;
  /** 'v1.0' or 'beta'. */
  version: string;
  /** Decoded path segments after the version. */
  path: string[];
  query: URLSearchParams;
  headers: Record<string, string | undefined>;
  /** Scheme and host that the client used; nextLink and Location are built from it. */
  origin: string;
  /** Path and query as the client wrote them, for @odata.nextLink. */
  url: string;
  applicationId: string;
  roles: readonly string[];
  body: RequestBody;
}

/** One Graph answer; a Buffer body is sent as it is. */
export interface GraphResponse {
  status: number;
  headers?: Record<string, string>;
  body?: JsonObject | Buffer;
}

const unreadableJson = (): GraphError =>
  new GraphError(
    400,
    'BadRequest',
    'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.',
  );

/** The JSON object of a request body; parses network bytes exactly once. */
export function jsonBody(request: GraphRequest): JsonObject {
  let value: unknown;
  if (request.body.kind === 'json') value = request.body.value;
  else {
    try {
      value = JSON.parse(request.body.bytes.toString('utf8'));
    } catch {
      throw unreadableJson();
    }
  }
  if (!isJsonObject(value)) throw unreadableJson();
  return value;
}

/** The media type without parameters, in lower case; '' when the header is missing. */
export function mediaType(request: GraphRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

export function wantsImmutableIds(request: GraphRequest): boolean {
  return /\bIdType\s*=\s*"ImmutableId"/i.test(request.headers.prefer ?? '');
}
