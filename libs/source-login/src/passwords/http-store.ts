import { readFile } from 'node:fs/promises';
import { readLimitedText } from '../limited-text.js';
import { readRetryAfterMs } from '../retry-after.js';
import {
  maxAnswerBytes,
  passwordMissing,
  type PasswordRequest,
  type PasswordStore,
  passwordUnavailable,
  readAnswer,
} from './password-store.js';

/** A secret store of the operator behind HTTPS: a POST of the request, the password in the answer. */
export class HttpStore implements PasswordStore {
  readonly #who: string;

  /** `tokenFile` is read at each request, so that a token may be renewed in it; null sends none. */
  constructor(
    private readonly url: URL,
    private readonly tokenFile: string | null,
    private readonly timeoutMs: number,
  ) {
    this.#who = `the credential store ${url.host}`;
  }

  async find(request: PasswordRequest, signal?: AbortSignal): Promise<string> {
    const { response, text } = await this.#post(request, signal).catch((cause: unknown) => {
      throw passwordUnavailable(`${this.#who} did not answer`, { cause });
    });
    if (response.ok) return readAnswer(text, this.#who);
    const { status, headers } = response;
    if (status === 404) throw passwordMissing(`${this.#who} has no password for this mailbox (HTTP 404)`);
    throw passwordUnavailable(`${this.#who} answered HTTP ${status}`, {
      retryAfterMs: readRetryAfterMs(headers),
    });
  }

  async #post(
    request: PasswordRequest,
    signal: AbortSignal | undefined,
  ): Promise<{ response: Response; text: string }> {
    const token = this.tokenFile === null ? null : (await readFile(this.tokenFile, 'utf8')).trim();
    const limit = AbortSignal.timeout(this.timeoutMs);
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/json',
        ...(token !== null && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(request),
      redirect: 'error',
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    });
    return { response, text: await readLimitedText(response, maxAnswerBytes) };
  }
}
