import { describe, expect, it } from 'vitest';
import { type AccessToken, accessToken } from './access-token.js';
import { TokenCache } from './token-cache.js';

/** A cache whose clock stands where the test puts it, and a token endpoint that counts. */
function cacheAt(lifetimeMs: number) {
  const clock = { nowMs: 1_000_000 };
  const cache = new TokenCache(() => clock.nowMs);
  const issued: string[] = [];
  const fetch = (): Promise<AccessToken> => {
    issued.push(`token-${issued.length + 1}`);
    return Promise.resolve(accessToken(issued.at(-1) ?? '', clock.nowMs, lifetimeMs));
  };
  return { cache, clock, issued, fetch };
}

describe('a token', () => {
  it('is used again while it is good', async () => {
    const { cache, clock, fetch } = cacheAt(3_600_000);
    expect(await cache.get('a', fetch)).toEqual({ token: 'token-1', isFresh: true });
    clock.nowMs += 3_600_000 - 60_001;
    expect(await cache.get('a', fetch)).toEqual({ token: 'token-1', isFresh: false });
  });

  it.each([
    ['in its last minute', 3_600_000, 3_600_000 - 60_000],
    ['in its last fifth when it lives for seconds only', 5_000, 4_000],
    ['after it has expired', 3_600_000, 3_700_000],
  ])('is renewed before a login %s', async (_, lifetimeMs, passedMs) => {
    const { cache, clock, fetch } = cacheAt(lifetimeMs);
    await cache.get('a', fetch);
    clock.nowMs += passedMs;
    expect(await cache.get('a', fetch)).toEqual({ token: 'token-2', isFresh: true });
  });

  it('that a server refused is not given again, and its successor is', async () => {
    const { cache, fetch } = cacheAt(3_600_000);
    await cache.get('a', fetch);
    expect(await cache.get('a', fetch, 'token-1')).toEqual({ token: 'token-2', isFresh: true });
    expect(await cache.get('a', fetch, 'token-1')).toEqual({ token: 'token-2', isFresh: false });
  });

  it('is asked for once, however many want it at the same time', async () => {
    const { cache, issued, fetch } = cacheAt(3_600_000);
    const all = await Promise.all(Array.from({ length: 50 }, () => cache.get('a', fetch)));
    expect(new Set(all.map(({ token }) => token))).toEqual(new Set(['token-1']));
    await cache.get('b', fetch);
    expect(issued).toHaveLength(2);
  });

  it('that could not be had is asked for again', async () => {
    const { cache, fetch } = cacheAt(3_600_000);
    await expect(cache.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect((await cache.get('a', fetch)).token).toBe('token-1');
  });
});
