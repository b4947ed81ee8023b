import { generateKeyPairSync, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { HttpStore } from './passwords/http-store.js';
import { readGoogleKey } from './tokens/google-key.js';
import { fetchGoogleToken } from './tokens/google-tokens.js';
import { fetchRefreshedToken } from './tokens/refreshed-tokens.js';

interface Received {
  headers: IncomingHttpHeaders;
  text: string;
}

/** A server that answers as the test says and keeps what it was sent. */
class TestServer {
  readonly received: Received[] = [];
  answer: { status: number; body: string; headers?: Record<string, string> } = { status: 200, body: '{}' };
  readonly #server: Server;

  constructor() {
    const listener: RequestListener = (request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      request.on('end', () => {
        this.received.push({ headers: request.headers, text });
        response.writeHead(this.answer.status, this.answer.headers);
        response.end(this.answer.body);
      });
    };
    this.#server = createServer(listener);
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', () => resolve()));
  }

  get url(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

const server = new TestServer();
let directory = '';
beforeAll(async () => {
  await server.listen();
  directory = await mkdtemp(path.join(tmpdir(), 'source-login-'));
});
afterAll(async () => {
  await server.stop();
  await rm(directory, { recursive: true });
});
afterEach(() => {
  server.received.length = 0;
  server.answer = { status: 200, body: '{}' };
});

const respond = (status: number, body: object, headers: Record<string, string> = {}): void => {
  server.answer = { status, body: JSON.stringify(body), headers };
};
const formOf = ({ text }: Received = { headers: {}, text: '' }) =>
  Object.fromEntries(new URLSearchParams(text));

describe('a service account at its token endpoint', () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keyFile = () =>
    readGoogleKey(
      JSON.stringify({
        type: 'service_account',
        client_email: 'sterna@p.iam.gserviceaccount.com',
        private_key_id: 'k1',
        private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
        token_uri: `${server.url}/token`,
      }),
    )!;
  const mailbox = { user: 'terry@contoso.com', scope: 'https://mail.google.com/' };

  it('sends an assertion that its public key verifies, and takes the token with its time', async () => {
    respond(200, { access_token: 'ya29.x', expires_in: 3599, token_type: 'Bearer' });
    const token = await fetchGoogleToken(keyFile(), mailbox);
    expect(token).toMatchObject({ token: 'ya29.x', expiresAtMs: token.obtainedAtMs + 3_599_000 });
    const form = formOf(server.received[0]);
    expect(form['grant_type']).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [head, claims, signature = ''] = (form['assertion'] ?? '').split('.');
    const signed = Buffer.from(`${head ?? ''}.${claims ?? ''}`);
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });

  it.each([
    [{ status: 400, body: '{"error":"unauthorized_client"}' }, 'sourceTokenRefused', 'never'],
    [{ status: 429, body: '', headers: { 'retry-after': '3' } }, 'sourceTokenUnavailable', 'after'],
    [{ status: 503, body: 'busy' }, 'sourceTokenUnavailable', 'backoff'],
    [{ status: 200, body: '{"token":"what"}' }, 'sourceTokenUnavailable', 'backoff'],
    [
      { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } },
      'sourceTokenUnavailable',
      'backoff',
    ],
  ])('that is answered %j is told %s', async (answer, code, kind) => {
    server.answer = answer;
    await expect(fetchGoogleToken(keyFile(), mailbox)).rejects.toMatchObject({ code, retry: { kind } });
  });

  it('is told of a clock that is wrong, from the Date of the answer', async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    respond(400, { error: 'invalid_grant' }, { date });
    await expect(fetchGoogleToken(keyFile(), mailbox)).rejects.toThrow(/behind that of the token endpoint/);
  });

  it('waits for one that is not there, and never goes to one in plain text elsewhere', async () => {
    const away = { ...keyFile(), token_uri: 'http://127.0.0.1:1/token' };
    await expect(fetchGoogleToken(away, mailbox)).rejects.toMatchObject({ code: 'sourceTokenUnavailable' });
    const plain = { ...keyFile(), token_uri: 'http://oauth2.googleapis.com/token' };
    await expect(fetchGoogleToken(plain, mailbox)).rejects.toMatchObject({ code: 'sourceTokenRefused' });
  });
});

describe('a refresh token at its token endpoint', () => {
  it('gives a token, and its successor where the server has one', async () => {
    respond(200, { access_token: 'a', expires_in: '60', refresh_token: 'r2' });
    const settings = {
      provider: 'refreshToken' as const,
      mechanism: 'auto' as const,
      scope: '',
      secretId: 's',
      tokenUrl: `${server.url}/token`,
      clientId: 'c',
    };
    expect(await fetchRefreshedToken(settings, '', 'r1')).toMatchObject({
      access: { token: 'a' },
      refreshToken: 'r2',
    });
    const form = { grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'c' };
    expect(formOf(server.received[0])).toEqual(form);
  });
});

describe('a store for passwords', () => {
  const request = {
    tenantId: 'contoso',
    endpoint: 'imap',
    emailAddress: 'terry@contoso.com',
    userName: 'terry',
    reference: 'mail/terry',
  };
  const storeOf = (tokenFile: string | null, timeoutMs = 5_000): HttpStore =>
    new HttpStore(new URL(`${server.url}/find`), tokenFile, timeoutMs);

  it('is sent the request with the token that is in its file now', async () => {
    const file = path.join(directory, 'token');
    const store = storeOf(file);
    for (const token of ['first', 'second']) {
      writeFileSync(file, `${token}\n`);
      respond(200, { password: 'p "1" é' });
      expect(await store.find(request)).toBe('p "1" é');
      expect(server.received.at(-1)?.headers.authorization).toBe(`Bearer ${token}`);
    }
    expect(JSON.parse(server.received[0]?.text ?? '')).toEqual(request);
  });

  it.each([
    [404, {}, 'sourcePasswordMissing', 'never'],
    [200, { password: null }, 'sourcePasswordMissing', 'never'],
    [403, { errors: ['s3cret'] }, 'sourcePasswordUnavailable', 'backoff'],
    [500, {}, 'sourcePasswordUnavailable', 'backoff'],
    [200, { data: 's3cret', password: 7 }, 'sourcePasswordUnavailable', 'backoff'],
    [200, { password: 'x'.repeat(70_000) }, 'sourcePasswordUnavailable', 'backoff'],
    [307, {}, 'sourcePasswordUnavailable', 'backoff'],
  ])('that answers %i is an error that repeats nothing of it', async (status, body, code, kind) => {
    respond(status, body, { location: `${server.url}/elsewhere` });
    const error: unknown = await storeOf(null)
      .find(request)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, retry: { kind } });
    expect(String(error)).not.toContain('s3cret');
  });

  it('that is away is asked again later', async () => {
    const store = new HttpStore(new URL('http://127.0.0.1:1/find'), null, 5_000);
    await expect(store.find(request)).rejects.toMatchObject({ code: 'sourcePasswordUnavailable' });
  });
});
