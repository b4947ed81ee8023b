import { HTTPMessageHandler, type FetchOptions, type Middleware } from '@microsoft/microsoft-graph-client';
import { MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import type { AccessTokens } from './access-tokens.js';
import { AuthMiddleware } from './auth-middleware.js';
import { CountedRequest } from './counted-request.js';
import { type GraphAnswer, lostAnswer, readAnswer } from './graph-answer.js';
import type { MailboxGate } from './mailbox-gate.js';
import { ThrottleMiddleware } from './throttle-middleware.js';

export interface GraphRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Below /v1.0, beginning with a slash; or the whole address of a next page. */
  path: string;
  /** Bytes are sent as the JSON that they hold; anything else is made JSON. */
  body?: Uint8Array<ArrayBuffer> | object;
  /** Counts what this request came to, repetitions included. */
  count?: RequestCount;
}

/** Requests that one piece of work cost. */
export interface RequestCount {
  requests: number;
}

/** One range of an upload session ("attachment: createUploadSession"). */
export interface UploadRange {
  url: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** First byte and size of the whole attachment. */
  start: number;
  totalBytes: number;
  count?: RequestCount;
}

/**
 * The way to Graph v1.0 for one mailbox: token, gate, pauses and repetitions of what may be repeated. Answers of
 * any status come back as values; only sign-in, a stop and endless throttling throw.
 */
export class GraphConnection {
  readonly #root: string;
  readonly #gate: MailboxGate;
  readonly #signed: Middleware;
  readonly #unsigned: Middleware;
  readonly #logger: Logger;

  constructor(options: { graphUrl: string; tokens: AccessTokens; gate: MailboxGate; logger: Logger }) {
    this.#logger = options.logger;
    this.#root = `${new URL(options.graphUrl).origin}/v1.0`;
    this.#gate = options.gate;
    this.#unsigned = throttled(options.gate);
    const auth = new AuthMiddleware(options.tokens, options.graphUrl);
    auth.setNext(throttled(options.gate));
    this.#signed = auth;
  }

  /** @throws MigrationError cancelled, targetThrottled, targetSignInRefused, targetUnavailable (sign-in) */
  send({ method, path, body, count }: GraphRequest): Promise<GraphAnswer> {
    const url = path.startsWith('/') ? `${this.#root}${path}` : path;
    if (body === undefined) return this.#execute(this.#signed, new CountedRequest(url, { method }), count);
    const content = body instanceof Uint8Array ? body : JSON.stringify(body);
    const headers = { 'content-type': 'application/json' };
    return this.#execute(this.#signed, new CountedRequest(url, { method, headers, body: content }), count);
  }

  /** Puts one range, without a token: the address carries its own right. */
  putRange({ url, bytes, start, totalBytes, count }: UploadRange): Promise<GraphAnswer> {
    const headers = {
      'content-type': 'application/octet-stream',
      'content-range': `bytes ${start}-${start + bytes.length - 1}/${totalBytes}`,
    };
    const options: FetchOptions = { method: 'PUT', headers, body: bytes };
    return this.#execute(this.#unsigned, new CountedRequest(url, options), count);
  }

  /** Waits, or throws `cancelled` as soon as the work is called off. */
  sleep(ms: number): Promise<void> {
    return this.#gate.sleep(ms);
  }

  async #execute(
    chain: Middleware,
    request: CountedRequest,
    count: RequestCount | undefined,
  ): Promise<GraphAnswer> {
    const answer = await execute(chain, request);
    if (count !== undefined) count.requests += request.attempts;
    if (answer.kind === 'fault') {
      const { status, code, requestId } = answer;
      const { method } = request.options;
      this.#logger.debug(
        { method, status, graphCode: code, requestId, attempts: request.attempts },
        'refused',
      );
    }
    return answer;
  }
}

function throttled(gate: MailboxGate): Middleware {
  const throttle = new ThrottleMiddleware(gate);
  throttle.setNext(new HTTPMessageHandler());
  return throttle;
}

async function execute(chain: Middleware, request: CountedRequest): Promise<GraphAnswer> {
  try {
    await chain.execute(request);
    if (request.response === undefined) throw new Error('no answer');
    return await readAnswer(request.response);
  } catch (error) {
    if (error instanceof MigrationError) throw error;
    return lostAnswer(error instanceof Error ? error : new Error(String(error)));
  }
}
