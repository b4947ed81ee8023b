import { randomUUID } from 'node:crypto';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';
import type { AccessTokens } from './access-tokens.js';

/**
 * Replaces the SDK's AuthenticationHandler, which sends no token to hosts that it does not know by name. Sends
 * one only to the Graph of the tenant, asks for immutable ids
 * (https://learn.microsoft.com/graph/outlook-immutable-id), and renews the token once on 401.
 */
export class AuthMiddleware implements Middleware {
  readonly #tokens: AccessTokens;
  readonly #graphOrigin: string;
  #next: Middleware | null = null;

  constructor(tokens: AccessTokens, graphUrl: string) {
    this.#tokens = tokens;
    this.#graphOrigin = new URL(graphUrl).origin;
  }

  setNext(next: Middleware): void {
    this.#next = next;
  }

  async execute(context: Context): Promise<void> {
    const token = await this.#tokens.get();
    await this.#send(context, token);
    if (context.response?.status !== 401) return;
    await context.response.body?.cancel();
    await this.#send(context, await this.#tokens.get(token));
  }

  async #send(context: Context, token: string): Promise<void> {
    if (this.#next === null) throw new Error('authentication is the last in the chain');
    if (typeof context.request !== 'string' || new URL(context.request).origin !== this.#graphOrigin) {
      throw new Error('a request with a token goes to the Graph of the tenant only');
    }
    const headers = new Headers(context.options?.headers);
    headers.set('authorization', `Bearer ${token}`);
    headers.set('prefer', 'IdType="ImmutableId"');
    headers.set('client-request-id', randomUUID());
    context.options = { ...context.options, headers };
    await this.#next.execute(context);
  }
}
