import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readGoogleAssertion, type TokenError } from './google-assertion.js';

interface Grant {
  user: string;
  expiresAtMs: number;
}

interface Answer {
  status: number;
  body: object;
  headers?: Record<string, string>;
}

/** Says what a token of another server is good for (RFC 7662); null where it knows nothing of it. */
export type ForeignIntrospection = (token: string) => Promise<{ active: boolean }>;

/**
 * Token endpoints over plain http on this machine, and the introspection by which a Dovecot asks about their tokens:
 * Google's for service accounts, and one of OAuth 2.0 for refresh tokens, each of which is good for one use.
 */
export class TokenServer {
  /** Seconds that the next tokens live for. */
  lifetimeSeconds = 3600;
  /** The users of the Google domain. */
  readonly users = new Set<string>();
  readonly delegatedScopes = new Set(['https://mail.google.com/']);
  readonly client = { id: 'sterna', secret: 'client-secret' };
  /** Whom each token was given to, in the order of time. */
  readonly issued: string[] = [];
  readonly #key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  readonly #grants = new Map<string, Grant>();
  readonly #refreshTokens = new Map<string, string>();
  readonly #faults: Answer[] = [];
  readonly #server = createServer((request, response) => {
    void this.#serve(request, response);
  });

  /** `foreign` answers for tokens that an application got elsewhere, at /introspect-application. */
  constructor(private readonly foreign: ForeignIntrospection | null) {}

  async listen(): Promise<void> {
    await new Promise<void>((resolve) =>
      this.#server.listen({ host: '127.0.0.1', port: 0 }, () => resolve()),
    );
  }

  get url(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the token server does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** The key file that Google's console would give. */
  get serviceAccountKey(): string {
    return JSON.stringify({
      type: 'service_account',
      project_id: 'sterna-test',
      private_key_id: 'key-1',
      private_key: this.#key.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      client_email: 'sterna@sterna-test.iam.gserviceaccount.com',
      client_id: '100000000000000000001',
      token_uri: `${this.url}/google/token`,
    });
  }

  /** A refresh token of a user, who consented to the client. */
  consent(user: string): string {
    const token = `refresh-${randomBytes(12).toString('base64url')}`;
    this.#refreshTokens.set(token, user);
    return token;
  }

  /** Withdraws every token that was given. */
  withdrawAll(): void {
    this.#grants.clear();
  }

  /** The next so many requests for a token are answered like this. */
  fail(times: number, answer: Answer): void {
    for (let left = times; left > 0; left -= 1) this.#faults.push(answer);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const piece of request.setEncoding('utf8')) text += String(piece);
    const { status, body, headers } = await this.#answer(request.url ?? '', new URLSearchParams(text));
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  }

  async #answer(path: string, form: URLSearchParams): Promise<Answer> {
    switch (path) {
      case '/google/token':
        return this.#faults.shift() ?? this.#google(form);
      case '/oauth/token':
        return this.#faults.shift() ?? this.#refresh(form);
      case '/introspect':
        return { status: 200, body: this.#introspect(form.get('token') ?? '') };
      case '/introspect-application': {
        const known = await this.foreign?.(form.get('token') ?? '');
        return { status: 200, body: { ...(known ?? { active: false }), username: 'application' } };
      }
      default:
        return { status: 404, body: {} };
    }
  }

  #google(form: URLSearchParams): Answer {
    if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
      return refusal({ error: 'unsupported_grant_type', error_description: 'Invalid grant_type' });
    }
    const account = {
      clientEmail: 'sterna@sterna-test.iam.gserviceaccount.com',
      keyId: 'key-1',
      publicKey: createPublicKey(this.#key.publicKey.export({ type: 'spki', format: 'pem' })),
      tokenUrl: `${this.url}/google/token`,
      delegatedScopes: this.delegatedScopes,
      users: this.users,
    };
    const read = readGoogleAssertion(form.get('assertion') ?? '', account, Date.now() / 1000);
    return 'error' in read ? refusal(read) : { status: 200, body: this.#issue(read.user) };
  }

  #refresh(form: URLSearchParams): Answer {
    const isClient =
      form.get('client_id') === this.client.id && form.get('client_secret') === this.client.secret;
    if (!isClient) return refusal({ error: 'invalid_client', error_description: 'Unknown client' }, 401);
    const used = form.get('refresh_token') ?? '';
    const user = this.#refreshTokens.get(used);
    if (form.get('grant_type') !== 'refresh_token' || user === undefined) {
      return refusal({ error: 'invalid_grant', error_description: 'The refresh token is not valid' });
    }
    this.#refreshTokens.delete(used);
    return { status: 200, body: { ...this.#issue(user), refresh_token: this.consent(user) } };
  }

  #issue(user: string): object {
    const token = `access-${randomBytes(24).toString('base64url')}`;
    this.#grants.set(token, { user, expiresAtMs: Date.now() + this.lifetimeSeconds * 1000 });
    this.issued.push(user);
    return { access_token: token, token_type: 'Bearer', expires_in: this.lifetimeSeconds };
  }

  #introspect(token: string): object {
    const grant = this.#grants.get(token);
    const isGood = grant !== undefined && grant.expiresAtMs > Date.now();
    return isGood ? { active: true, username: grant.user } : { active: false };
  }
}

const refusal = (body: TokenError, status = 400): Answer => ({ status, body });

/** Starts a token server on a free port. */
export async function startTokenServer(foreign: ForeignIntrospection | null = null): Promise<TokenServer> {
  const server = new TokenServer(foreign);
  await server.listen();
  return server;
}
