import { type AccessToken, isGoodForLogin } from './access-token.js';

export interface CachedToken {
  token: string;
  /** Whether it was made for this very request: a server that refuses it would refuse the next one too. */
  isFresh: boolean;
}

/**
 * The tokens of one process. Many passes that want the same token at once share one request; a failure is not
 * remembered. A token is renewed before the login that would find it about to expire.
 */
export class TokenCache {
  readonly #tokens = new Map<string, AccessToken>();
  readonly #pending = new Map<string, Promise<AccessToken>>();

  constructor(private readonly now: () => number = Date.now) {}

  /** `refused` is a token that a server did not take: it is not given again. Rejects as `fetch` does. */
  async get(key: string, fetch: () => Promise<AccessToken>, refused?: string): Promise<CachedToken> {
    const known = this.#tokens.get(key);
    if (known !== undefined && known.token !== refused && isGoodForLogin(known, this.now())) {
      return { token: known.token, isFresh: false };
    }
    let pending = this.#pending.get(key);
    if (pending === undefined) {
      pending = this.#renew(key, fetch);
      this.#pending.set(key, pending);
    }
    return { token: (await pending).token, isFresh: true };
  }

  async #renew(key: string, fetch: () => Promise<AccessToken>): Promise<AccessToken> {
    try {
      const fetched = await fetch();
      this.#forgetExpired();
      this.#tokens.set(key, fetched);
      return fetched;
    } finally {
      this.#pending.delete(key);
    }
  }

  /** So that mailboxes which were migrated long ago leave nothing behind. */
  #forgetExpired(): void {
    const now = this.now();
    for (const [key, { expiresAtMs }] of this.#tokens) if (expiresAtMs <= now) this.#tokens.delete(key);
  }
}
