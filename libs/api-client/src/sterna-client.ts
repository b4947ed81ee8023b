import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './generated/openapi.js';
import { readEvents } from './event-stream.js';

export type ProblemDocument = components['schemas']['Problem'];
export type ProgressEvent = components['schemas']['ProgressEvent'];

export interface SternaClientOptions {
  /** For instance https://sterna.example.com */
  baseUrl: string;
  /** The tenant's API key, or the operator's. */
  apiKey: string;
  tenantId: string;
  fetch?: typeof globalThis.fetch;
}

export type WatchEvent = { kind: 'progress'; id: string; event: ProgressEvent } | { kind: 'removed' };

export interface SternaClient {
  /** Every route, typed by the OpenAPI document. */
  readonly api: Client<paths>;
  readonly tenantId: string;
  /**
   * Follows a batch until it is removed or `signal` fires; reconnects where the stream breaks.
   * @throws ApiProblem when the API refuses, for instance a batch that is not there.
   */
  watchBatch(batch: string, options?: { signal?: AbortSignal }): AsyncGenerator<WatchEvent>;
}

/** The API's refusal as an error, with its problem document. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(readonly problem: ProblemDocument) {
    super(problem.detail);
  }
}

/** Hands over what an answer holds. @throws ApiProblem when it is a refusal */
export function expectData<Data>(answer: { data?: Data; error?: unknown; response: Response }): Data {
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw new ApiProblem(problemOf(answer.error, answer.response));
}

function isProblem(value: unknown): value is ProblemDocument {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

/** What a proxy or another server answers becomes a problem too. */
export function problemOf(body: unknown, response: { status: number; statusText: string }): ProblemDocument {
  if (isProblem(body)) return body;
  const what = `The server answered ${response.status} ${response.statusText}`.trim();
  return {
    type: 'about:blank',
    title: what,
    status: response.status,
    detail: what,
    code: response.status === 503 ? 'unavailable' : 'unexpected',
    what,
    where: 'the answer',
    expected: 'An answer of Sterna; is the URL that of batch-api?',
  };
}

/** Makes a client of Sterna's REST API for one tenant. */
export function createSternaClient(options: SternaClientOptions): SternaClient {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const fetch = options.fetch ?? globalThis.fetch;
  const headers = { Authorization: `Bearer ${options.apiKey}` };
  const { tenantId } = options;
  return {
    api: createClient<paths>({ baseUrl, headers, fetch }),
    tenantId,
    async *watchBatch(batch, { signal } = {}) {
      const url = `${baseUrl}/v1/tenants/${encodeURIComponent(tenantId)}/batches/${encodeURIComponent(batch)}/events`;
      yield* readEvents({ url, headers, fetch, ...(signal !== undefined && { signal }) });
    },
  };
}
