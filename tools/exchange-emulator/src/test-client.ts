import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExchangeEmulator, startExchangeEmulator } from './emulator.js';
import { isJsonObject, type JsonObject, objectAt, stringAt } from './json.js';
import type { EmulatorOptions } from './options.js';

export const user = 'ada@contoso.example';

/** An answer with its body read; `json` is empty for a body that is not a JSON object. */
export interface TestAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: JsonObject;
  /** error.code of a refusal. */
  code: string | undefined;
}

/** A fresh emulator and the requests that the tests make of it, over plain http. */
export class TestClient {
  private constructor(
    readonly emulator: ExchangeEmulator,
    private readonly directory: string,
    private token: string,
  ) {}

  static async start(options: Partial<EmulatorOptions> = {}): Promise<TestClient> {
    const directory = await mkdtemp(join(tmpdir(), 'exchange-emulator-'));
    const emulator = await startExchangeEmulator({
      stateDirectory: directory,
      mailboxes: [user],
      ...options,
    });
    const client = new TestClient(emulator, directory, '');
    await client.signIn();
    return client;
  }

  async signIn(changes: Record<string, string> = {}): Promise<TestAnswer> {
    const { url, tenant, clientId, clientSecret } = this.emulator;
    const form = new URLSearchParams({
      client_id: clientId,
      client_secret: clientSecret,
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
      ...changes,
    });
    const answer = await read(
      await fetch(`${url}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: form }),
    );
    this.token = stringAt(answer.json, 'access_token') ?? this.token;
    return answer;
  }

  /** A request of Graph; `path` comes after /v1.0, a string body is sent as it is. */
  async graph(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<TestAnswer> {
    const url = path.startsWith('http') ? path : `${this.emulator.url}/v1.0${path}`;
    const given =
      typeof body === 'string' || Buffer.isBuffer(body)
        ? new Uint8Array(Buffer.from(body))
        : JSON.stringify(body);
    const all = { authorization: `Bearer ${this.token}`, 'content-type': 'application/json', ...headers };
    return read(await fetch(url, { method, headers: all, ...(body === undefined ? {} : { body: given }) }));
  }

  /** A request below /users/{user}. */
  mail(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.graph(method, `/users/${user}${path}`, body, headers);
  }

  async admin(method: string, path: string, body?: unknown): Promise<TestAnswer> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    return read(await fetch(`${this.emulator.url}/_emulator${path}`, { method, ...sent }));
  }

  async arrived(address = user): Promise<JsonObject[]> {
    const { text } = await this.admin('GET', `/mailboxes/${address}/messages`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line): unknown => JSON.parse(line))
      .filter(isJsonObject);
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await rm(this.directory, { recursive: true });
  }
}

async function read(response: Response): Promise<TestAnswer> {
  const text = await response.text();
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = {};
  }
  const json = isJsonObject(value) ? value : {};
  const code = stringAt(objectAt(json, 'error') ?? {}, 'code');
  return { status: response.status, headers: response.headers, text, json, code };
}
