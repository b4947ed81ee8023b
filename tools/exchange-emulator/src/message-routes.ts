import { validateEntity } from './body-validation.js';
import {
  readExtendedProperties,
  messageFlagsId,
  receivedTimeId,
  sentTimeId,
  singleValue,
} from './extended-property.js';
import { type Filter, type FilterValue, matches } from './filter.js';
import type { Folder } from './folder-tree.js';
import { GraphError, methodNotAllowed, segmentNotFound } from './graph-error.js';
import {
  type GraphRequest,
  type GraphResponse,
  jsonBody,
  mediaType,
  wantsImmutableIds,
} from './graph-exchange.js';
import { objectAt, stringAt } from './json.js';
import { type Mailbox, newChangeKey } from './mailbox.js';
import { contentSizeBytes, type MessageContent, type StoredMessage } from './message.js';
import { readMessage } from './message-creation.js';
import { changesOf } from './message-update.js';
import { plainView, viewMessage } from './message-view.js';
import { decodeMime, readMime } from './mime-reader.js';
import { writeMime } from './mime-writer.js';
import { filterOf, messageViewOf, pageOf } from './query-options.js';
import type { Spool } from './spool.js';
import { refuseReadOnlyLater } from './writable-properties.js';

/** A request on the messages of a mailbox; `folder` is null for /users/{id}/messages. */
export interface MessageRequest {
  request: GraphRequest;
  mailbox: Mailbox;
  folder: Folder | null;
  spool: Spool;
  maxMessageBytes: number;
}

/** The collection: list or create. */
export async function serveMessages(context: MessageRequest): Promise<GraphResponse> {
  if (context.request.method === 'GET') return listMessages(context);
  if (context.request.method === 'POST') return createMessage(context);
  throw methodNotAllowed();
}

async function createMessage({
  request,
  mailbox,
  folder,
  spool,
  maxMessageBytes,
}: MessageRequest): Promise<GraphResponse> {
  const creation = { spool, newId: () => mailbox.newId('AAMk') };
  const target = folder ?? mailbox.folders.wellKnown('drafts');
  let content: MessageContent;
  let bodyText: string | undefined;
  if (mediaType(request) === 'text/plain') {
    const bytes =
      request.body.kind === 'bytes' ? request.body.bytes : Buffer.from(String(request.body.value));
    content = await readMime(decodeMime(bytes), creation);
  } else {
    const body = jsonBody(request);
    validateEntity('message', body);
    mailbox.refuseWhenFull(0, target);
    content = readMessage(body, creation);
    bodyText = stringAt(objectAt(body, 'body') ?? {}, 'content') ?? '';
  }
  const message = storeMessage(mailbox, target, content, maxMessageBytes);
  const view = { ...plainView, immutableIds: wantsImmutableIds(request) };
  const body = viewMessage(message, spool, bodyText === undefined ? view : { ...view, bodyText });
  const location = `${request.origin}/v1.0/users/${mailbox.userId}/messages/${encodeURIComponent(message.id)}`;
  return { status: 201, body, headers: { location, etag: `W/"${message.changeKey}"` } };
}

/** Puts content into a folder as a new message. @throws GraphError 507, 413 */
function storeMessage(
  mailbox: Mailbox,
  folder: Folder,
  content: MessageContent,
  maxMessageBytes: number,
): StoredMessage {
  const sizeBytes = contentSizeBytes(content);
  if (sizeBytes > maxMessageBytes) {
    throw new GraphError(413, 'ErrorMessageSizeExceeded', 'The message exceeds the maximum supported size.');
  }
  mailbox.refuseWhenFull(sizeBytes, folder);
  const now = Date.now();
  const message: StoredMessage = {
    ...content,
    id: mailbox.newId('AAMk'),
    immutableId: mailbox.newId('AAkA'),
    conversationId: mailbox.newId('AAMk').replace('AAMk', 'AAQk'),
    changeKey: newChangeKey(),
    createdMs: now,
    modifiedMs: now,
    folder,
    sizeBytes,
  };
  mailbox.add(message);
  return message;
}

function listMessages({ request, mailbox, folder, spool }: MessageRequest): GraphResponse {
  const view = messageViewOf(request);
  const filter = filterOf(request.query, (name) => Object.hasOwn(filterableProperties, name));
  const found: StoredMessage[] = [];
  for (const message of candidates(filter, mailbox, folder)) {
    if (folder !== null && message.folder !== folder) continue;
    if (filter === null || matches(filter, filterable(message))) found.push(message);
  }
  const ascending = request.query.get('$orderby')?.trim().toLowerCase() === 'receiveddatetime asc';
  found.sort((a, b) => (ascending ? a.receivedMs - b.receivedMs : b.receivedMs - a.receivedMs));
  return { status: 200, body: pageOf(found, request, (message) => viewMessage(message, spool, view)) };
}

/** The messages that can match at all: an index answers the two look-ups of an idempotent writer. */
function candidates(filter: Filter | null, mailbox: Mailbox, folder: Folder | null): Iterable<StoredMessage> {
  if (filter?.kind === 'and') {
    return candidates(
      filter.left.kind === 'comparison' || filter.left.kind === 'extendedProperty'
        ? filter.left
        : filter.right,
      mailbox,
      folder,
    );
  }
  if (filter?.kind === 'comparison' && filter.property === 'internetMessageId' && filter.operator === 'eq') {
    return mailbox.withInternetMessageId(String(filter.value));
  }
  if (filter?.kind === 'extendedProperty' && filter.value !== null && filter.value.length <= 256) {
    return mailbox.withProperty(filter.id, filter.value);
  }
  return folder?.messages ?? mailbox.messages;
}

const filterableProperties: Record<string, (message: StoredMessage) => FilterValue> = {
  internetMessageId: (message) => message.internetMessageId,
  subject: (message) => message.subject,
  isRead: (message) => message.isRead,
  isDraft: (message) => message.isDraft,
  importance: (message) => message.importance,
  conversationId: (message) => message.conversationId,
  parentFolderId: (message) => message.folder.id,
  hasAttachments: (message) => message.attachments.some((attachment) => !attachment.isInline),
  receivedDateTime: (message) => new Date(message.receivedMs),
  sentDateTime: (message) => new Date(message.sentMs),
  createdDateTime: (message) => new Date(message.createdMs),
  lastModifiedDateTime: (message) => new Date(message.modifiedMs),
  'from/emailAddress/address': (message) => message.from?.address ?? null,
  'sender/emailAddress/address': (message) => message.sender?.address ?? null,
  'flag/flagStatus': (message) => message.flag.flagStatus,
};

const filterable = (message: StoredMessage): Parameters<typeof matches>[1] => ({
  property: (name) => filterableProperties[name]?.(message) ?? null,
  extendedProperty: (id) => singleValue(message.extendedProperties, id),
});

/** One message: read, change, delete, move, copy, MIME. `rest` is what follows the id in the path. */
export function serveMessage(
  context: MessageRequest,
  message: StoredMessage,
  rest: readonly string[],
): GraphResponse {
  const { request, mailbox, spool } = context;
  const [action = ''] = rest;
  if (action === '$value' && request.method === 'GET') {
    const mime = message.mime === null ? writeMime(message, spool) : spool.read(message.mime);
    return { status: 200, body: mime, headers: { 'content-type': 'text/plain' } };
  }
  if ((action === 'move' || action === 'copy') && request.method === 'POST')
    return relocate(context, message, action);
  if (action !== '') throw segmentNotFound(action);
  switch (request.method) {
    case 'GET':
      return { status: 200, body: viewMessage(message, spool, messageViewOf(request)) };
    case 'PATCH':
      return updateMessage(context, message);
    case 'DELETE':
      deleteMessage(mailbox, message);
      return { status: 204 };
    default:
      throw methodNotAllowed();
  }
}

function updateMessage({ request, mailbox, spool }: MessageRequest, message: StoredMessage): GraphResponse {
  const body = jsonBody(request);
  validateEntity('message', body);
  refuseReadOnlyLater('message', body, message.isDraft);
  const changes = changesOf(body, spool);
  const properties = readExtendedProperties(body);
  // Flags and dates count at creation only; later they are accepted and change nothing.
  for (const id of [messageFlagsId, receivedTimeId, sentTimeId]) properties.delete(id);
  mailbox.change(message, () => {
    Object.assign(message, changes);
    for (const [id, property] of properties) message.extendedProperties.set(id, property);
  });
  return {
    status: 200,
    body: viewMessage(message, spool, { ...plainView, immutableIds: wantsImmutableIds(request) }),
  };
}

/** A deleted message goes to Deleted Items, and from there to the recoverable items. */
function deleteMessage(mailbox: Mailbox, message: StoredMessage): void {
  const bin = mailbox.folders.wellKnown('deleteditems');
  mailbox.move(
    message,
    message.folder === bin ? mailbox.folders.wellKnown('recoverableitemsdeletions') : bin,
  );
}

function relocate(context: MessageRequest, message: StoredMessage, action: 'move' | 'copy'): GraphResponse {
  const { request, mailbox, spool, maxMessageBytes } = context;
  const body = jsonBody(request);
  const destination = Object.entries(body).find(([name]) => name.toLowerCase() === 'destinationid')?.[1];
  if (typeof destination !== 'string') {
    throw new GraphError(400, 'ErrorInvalidParameter', 'The parameter DestinationId is required.');
  }
  const target = mailbox.folders.find(destination);
  let result = message;
  if (action === 'move') mailbox.move(message, target);
  else {
    const copied = {
      ...message,
      attachments: message.attachments.map((each) => ({ ...each, id: mailbox.newId('AAMk') })),
    };
    copied.extendedProperties = new Map(message.extendedProperties);
    result = storeMessage(mailbox, target, copied, maxMessageBytes);
  }
  return {
    status: 201,
    body: viewMessage(result, spool, { ...plainView, immutableIds: wantsImmutableIds(request) }),
  };
}
