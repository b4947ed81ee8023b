import { randomUUID } from 'node:crypto';
import { asMigrationError, type MigrationError } from '@sterna/domain';
import { createLogger } from '@sterna/platform';
import { z } from 'zod';
import { ExchangeTarget } from '../exchange-target.js';
import type { TargetMailbox } from '../target-mailbox.js';

const address = z
  .object({ url: z.string(), tenant: z.string(), clientId: z.string(), clientSecret: z.string() })
  .parse(JSON.parse(process.env['STERNA_TEST_EXCHANGE'] ?? 'null'));

const property = z.object({ id: z.string(), value: z.unknown() });
const contact = z.object({ name: z.string().nullable(), address: z.string().nullable() });
const attachment = z.object({
  kind: z.string(),
  name: z.string(),
  contentType: z.string().nullable(),
  size: z.number(),
  isInline: z.boolean(),
  contentId: z.string().nullable(),
  sha256: z.string().nullable(),
  item: z.looseObject({ subject: z.string().nullable(), isDraft: z.boolean() }).optional(),
});
const arrived = z.object({
  immutableId: z.string(),
  folderPath: z.array(z.string()),
  folderWellKnownName: z.string().nullable(),
  internetMessageId: z.string(),
  subject: z.string().nullable(),
  from: z.string().nullable(),
  fromName: z.string().nullable(),
  to: z.array(contact),
  cc: z.array(contact),
  bcc: z.array(contact),
  replyTo: z.array(contact),
  receivedDateTime: z.string(),
  sentDateTime: z.string(),
  isRead: z.boolean(),
  isDraft: z.boolean(),
  flag: z.string(),
  importance: z.string(),
  categories: z.array(z.string()),
  bodyContentType: z.string(),
  body: z.string(),
  attachments: z.array(attachment),
  extendedProperties: z.array(property),
});
export type ArrivedMessage = z.infer<typeof arrived>;

/** A mailbox of its own for one test, and what the emulator knows about it. */
export class TestExchange {
  readonly emailAddress = `exchange-${randomUUID()}@test.example`;
  readonly graphPath = `/v1.0/users/${encodeURIComponent(this.emailAddress)}`;
  readonly controller = new AbortController();
  readonly target: ExchangeTarget;

  constructor(changes: Partial<Parameters<typeof ExchangeTarget.connect>[0]> = {}) {
    const { url, tenant, clientId, clientSecret } = address;
    const own = { graphUrl: url, authorityUrl: url, entraTenantId: tenant, clientId, clientSecret };
    const logger = createLogger({ service: 'test', level: 'fatal' });
    this.target = ExchangeTarget.connect({ ...own, ...changes }, logger);
  }

  open(emailAddress = this.emailAddress): Promise<TargetMailbox> {
    return this.target.openMailbox(emailAddress, { signal: this.controller.signal });
  }

  /** Faults strike requests of this mailbox only; `path` comes after /v1.0/users/{address}. */
  async fault(fault: { path: string } & Record<string, unknown>): Promise<void> {
    await this.admin('POST', '/faults', { ...fault, path: `^${pattern(this.graphPath)}${fault.path}` });
  }

  /** The same for ranges of upload sessions. */
  async uploadFault(fault: Record<string, unknown>): Promise<void> {
    const mailbox: unknown = JSON.parse(await this.admin('GET', `/mailboxes/${this.emailAddress}`));
    const { userId } = z.object({ userId: z.string() }).parse(mailbox);
    const path = `^/api/v2.0/Users\\('${userId}'\\)/.*AttachmentSessions`;
    await this.admin('POST', '/faults', { method: 'PUT', ...fault, path });
  }

  async arrived(): Promise<ArrivedMessage[]> {
    const text = await this.admin('GET', `/mailboxes/${this.emailAddress}/messages`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => arrived.parse(JSON.parse(line)));
  }

  async admin(method: string, path: string, body?: unknown): Promise<string> {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${address.url}/_emulator${path}`, { method, ...sent });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text;
  }

  /** A request as somebody else would make it, such as the owner of the mailbox. */
  async graph(method: string, path: string, body?: unknown): Promise<unknown> {
    const form = new URLSearchParams({
      client_id: address.clientId,
      client_secret: address.clientSecret,
      grant_type: 'client_credentials',
      scope: 'https://graph.microsoft.com/.default',
    });
    const url = `${address.url}/${address.tenant}/oauth2/v2.0/token`;
    const { access_token: token } = z
      .object({ access_token: z.string() })
      .parse(await (await fetch(url, { method: 'POST', body: form })).json());
    const response = await fetch(`${address.url}${this.graphPath}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  close(): void {
    this.target.close();
  }
}

/** The error that a promise is rejected with. */
export async function errorOf(promise: Promise<unknown>): Promise<MigrationError> {
  try {
    await promise;
  } catch (error) {
    return asMigrationError(error);
  }
  throw new Error('nothing was thrown');
}

const pattern = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
