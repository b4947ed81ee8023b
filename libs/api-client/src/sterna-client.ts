import createClient, { type Client } from 'openapi-fetch';
import type { paths } from './generated/openapi.js';
import { readEvents, type WatchEvent } from './event-stream.js';

export interface SternaClientOptions {
  /** For instance https://sterna.example.com */
  baseUrl: string;
  /** The tenant's API key, or the operator's. */
  apiKey: string;
  tenantId: string;
  fetch?: typeof globalThis.fetch;
}

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
