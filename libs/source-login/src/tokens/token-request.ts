import { readSecureUrl } from '@sterna/entra';
import { z } from 'zod';
import { readLimitedText } from '../limited-text.js';
import { readRetryAfterMs } from '../retry-after.js';
import type { OAuthProvider } from '../oauth-settings.js';
import { type AccessToken, accessToken } from './access-token.js';
import { classifyTokenRefusal, tokenRefused, tokenUnavailable } from './token-fault.js';

const timeoutMs = 30_000;
const maxAnswerBytes = 64 * 1024;

const granted = z.object({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
  refresh_token: z.string().min(1).optional(),
});
const refused = z.object({ error: z.string().catch(''), error_description: z.string().catch('') });

export interface TokenRequest {
  provider: Exclude<OAuthProvider, 'microsoft'>;
  tokenUrl: string;
  /** Parameters of the grant; has the secret. */
  form: Readonly<Record<string, string>>;
}

export interface GrantedToken {
  access: AccessToken;
  /** A server may give a new refresh token, which takes the place of the old one (RFC 6749 section 6). */
  refreshToken: string | null;
}

/**
 * Asks a token endpoint (RFC 6749 section 3.2) for a token. Redirections are not followed: the form has a secret.
 * @throws MigrationError sourceTokenRefused, sourceTokenUnavailable
 */
export async function requestToken(request: TokenRequest): Promise<GrantedToken> {
  const { provider, tokenUrl, form } = request;
  const url = readSecureUrl(tokenUrl);
  if (url === null) throw tokenRefused('the token endpoint must be reached by an https address');
  const where = `the token endpoint ${url.host}`;
  const askedAtMs = Date.now();
  const answer = await post(url, form).catch((error: unknown) => {
    const reason = error instanceof Error && error.name === 'TimeoutError' ? 'in time' : 'at all';
    throw tokenUnavailable(`${where} did not answer ${reason}`, { cause: error });
  });
  const body = parseJson(answer.text);
  const token = granted.safeParse(body);
  if (answer.response.ok && token.success) {
    const { access_token, expires_in, refresh_token } = token.data;
    const lifetimeMs = expires_in === undefined ? null : expires_in * 1000;
    return {
      access: accessToken(access_token, askedAtMs, lifetimeMs),
      refreshToken: refresh_token ?? null,
    };
  }
  if (answer.response.ok) throw tokenUnavailable(`${where} answered what is no token`);
  const { error, error_description } = refused.catch({ error: '', error_description: '' }).parse(body);
  const { status, headers } = answer.response;
  const retryAfterMs = readRetryAfterMs(headers);
  const date = Date.parse(headers.get('date') ?? '');
  const clockAheadMs = Number.isNaN(date) ? null : askedAtMs - date;
  const refusal = { status, error, description: error_description, retryAfterMs, clockAheadMs };
  throw classifyTokenRefusal(refusal, { provider, where });
}

async function post(
  url: URL,
  form: Readonly<Record<string, string>>,
): Promise<{ response: Response; text: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams(form),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { response, text: await readLimitedText(response, maxAnswerBytes) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
