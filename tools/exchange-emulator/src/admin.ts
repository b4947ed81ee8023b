import { z } from 'zod';
import type { Directory } from './directory.js';
import { faultSchema, type FaultList } from './fault.js';
import { folderPath } from './folder-tree.js';
import type { JsonObject } from './json.js';
import type { Mailbox } from './mailbox.js';
import type { MessageContent, StoredAttachment, StoredMessage } from './message.js';
import { isoSeconds } from './message-view.js';
import type { RequestCounters } from './request-counters.js';
import type { SignIn } from './sign-in.js';
import type { Spool } from './spool.js';

/** What the administration works on. */
export interface AdminContext {
  directory: Directory;
  faults: FaultList;
  counters: RequestCounters;
  signIn: SignIn;
  spool: Spool;
  reset: () => void;
}

/** An answer of the administration: JSON, or lines of JSON written one by one. */
export type AdminAnswer =
  { kind: 'json'; status: number; body: unknown } | { kind: 'lines'; lines: Iterable<JsonObject> };

const provisionSchema = z.strictObject({
  address: z.string().regex(/^[^@\s]+@[^@\s]+$/, 'must be an SMTP address'),
  displayName: z.string().optional(),
  quotaBytes: z.number().min(0).optional(),
  hasMailbox: z.boolean().optional(),
  access: z.enum(['allowed', 'denied']).optional(),
  folderNames: z.record(z.string(), z.string()).optional(),
});

const applicationSchema = z.strictObject({
  tenant: z.string().min(1),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  roles: z.array(z.string()).default(['Mail.ReadWrite', 'User.Read.All']),
  exchangeRoles: z.array(z.string()).default([]),
});

const json = (status: number, body: unknown): AdminAnswer => ({ kind: 'json', status, body });

/** Answers /_emulator/...; `path` is what follows that segment. Faults of the caller come back as 400 with `error`. */
export function serveAdmin(
  context: AdminContext,
  method: string,
  path: readonly string[],
  body: unknown,
): AdminAnswer {
  try {
    return route(context, `${method} ${path.filter((_, index) => index !== 1).join('/')}`, { path, body });
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error) });
    if (error instanceof SyntaxError) return json(400, { error: error.message });
    throw error;
  }
}

function route(
  context: AdminContext,
  operation: string,
  { path, body }: { path: readonly string[]; body: unknown },
): AdminAnswer {
  const { directory, faults, counters, signIn } = context;
  const name = path[1];
  switch (name === undefined ? operation : `${operation} {name}`) {
    case 'GET health':
      return json(200, { status: 'ok' });
    case 'POST reset':
      context.reset();
      return json(200, {});
    case 'GET counters':
      return json(200, { tokensIssued: signIn.tokensIssued, mailboxes: counters.snapshot() });
    case 'GET faults':
      return json(200, { faults: faults.list() });
    case 'POST faults':
      faults.add(faultSchema.parse(body));
      return json(201, { faults: faults.list() });
    case 'DELETE faults':
      faults.clear();
      return json(200, {});
    case 'DELETE tokens':
      signIn.expireAll();
      return json(200, {});
    case 'POST tokens':
      return json(200, signIn.introspect(z.strictObject({ token: z.string() }).parse(body).token));
    case 'POST applications':
      signIn.register(applicationSchema.parse(body));
      return json(201, {});
    case 'GET mailboxes':
      return json(200, { mailboxes: directory.all().map(summary) });
    case 'POST mailboxes': {
      const mailbox = directory.provision(provisionSchema.parse(body));
      return mailbox === null ? json(409, { error: 'The address is taken.' }) : json(201, summary(mailbox));
    }
    case 'GET mailboxes {name}':
    case 'DELETE mailboxes {name}':
    case 'GET mailboxes/messages {name}':
      return serveMailbox(context, operation, name ?? '');
    default:
      return json(404, { error: `There is no ${operation}.` });
  }
}

function serveMailbox({ directory, spool }: AdminContext, operation: string, address: string): AdminAnswer {
  const mailbox = directory.all().find((each) => each.address.toLowerCase() === address.toLowerCase());
  if (mailbox === undefined) return json(404, { error: `No mailbox ${address} is provisioned.` });
  if (operation.startsWith('DELETE')) {
    directory.remove(address);
    return json(200, {});
  }
  if (operation === 'GET mailboxes') return json(200, summary(mailbox));
  return { kind: 'lines', lines: dump(mailbox, spool) };
}

function summary(mailbox: Mailbox): JsonObject {
  const { address, userId, displayName, hasMailbox, quotaBytes, usedBytes } = mailbox;
  return { address, userId, displayName, hasMailbox, quotaBytes, usedBytes, messages: mailbox.messages.size };
}

/** Every message of a mailbox as it arrived, read from the spool one at a time. */
function* dump(mailbox: Mailbox, spool: Spool): Generator<JsonObject> {
  for (const message of mailbox.messages) yield dumpMessage(message, spool);
}

function dumpMessage(message: StoredMessage, spool: Spool): JsonObject {
  return {
    id: message.id,
    immutableId: message.immutableId,
    folderPath: folderPath(message.folder),
    folderWellKnownName: message.folder.wellKnownName,
    ...dumpContent(message, spool),
    size: message.sizeBytes,
  };
}

function dumpContent(content: MessageContent, spool: Spool): JsonObject {
  return {
    internetMessageId: content.internetMessageId,
    subject: content.subject,
    from: content.from?.address ?? null,
    fromName: content.from?.name ?? null,
    sender: content.sender?.address ?? null,
    senderName: content.sender?.name ?? null,
    to: content.toRecipients,
    cc: content.ccRecipients,
    bcc: content.bccRecipients,
    replyTo: content.replyTo,
    receivedDateTime: isoSeconds(content.receivedMs),
    sentDateTime: isoSeconds(content.sentMs),
    isRead: content.isRead,
    isDraft: content.isDraft,
    flag: content.flag.flagStatus,
    importance: content.importance,
    categories: content.categories,
    internetMessageHeaders: content.internetMessageHeaders,
    bodyContentType: content.bodyContentType,
    body: spool.read(content.body).toString('utf8'),
    attachments: content.attachments.map((attachment) => dumpAttachment(attachment, spool)),
    extendedProperties: [...content.extendedProperties.values()],
  };
}

function dumpAttachment(attachment: StoredAttachment, spool: Spool): JsonObject {
  return {
    kind: attachment.kind,
    name: attachment.name,
    contentType: attachment.contentType,
    size: attachment.sizeBytes,
    isInline: attachment.isInline,
    contentId: attachment.contentId,
    sha256: attachment.kind === 'file' ? spool.sha256(attachment.content) : null,
    ...(attachment.item === null ? {} : { item: dumpContent(attachment.item, spool) }),
  };
}
