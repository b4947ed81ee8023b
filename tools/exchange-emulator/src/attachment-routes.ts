import { attach, refuseTooLarge } from './attachment-append.js';
import { concreteType, validateEntity } from './body-validation.js';
import { GraphError, itemNotFound, methodNotAllowed, segmentNotFound } from './graph-error.js';
import { type GraphResponse, jsonBody } from './graph-exchange.js';
import { booleanAt, numberAt, objectAt, stringAt } from './json.js';
import type { StoredMessage } from './message.js';
import { readAttachment } from './message-creation.js';
import type { MessageRequest } from './message-routes.js';
import { viewAttachment, viewItem } from './message-view.js';
import { pageOf } from './query-options.js';
import type { UploadSessions } from './upload-session.js';

/** 3 MB: below it a POST, from it on an upload session (Graph page "attachment: createUploadSession"). */
export const largeAttachmentBytes = 3 * 1024 * 1024;
const maxAttachmentBytes = 150 * 1024 * 1024;

/** /messages/{id}/attachments and below; `rest` is what follows 'attachments' in the path. */
export function serveAttachments(
  context: MessageRequest & { uploads: UploadSessions },
  message: StoredMessage,
  rest: readonly string[],
): GraphResponse {
  const { request, spool } = context;
  const [id, action] = rest;
  if (id === undefined) {
    if (request.method === 'POST') return addAttachment(context, message);
    if (request.method !== 'GET') throw methodNotAllowed();
    return {
      status: 200,
      body: pageOf(message.attachments, { ...request, query: unpaged(request.query) }, (each) =>
        viewAttachment(each, spool, true),
      ),
    };
  }
  if (/^(microsoft\.graph\.)?createUploadSession$/.test(id) && request.method === 'POST')
    return startUpload(context, message);
  const attachment = message.attachments.find((each) => each.id === id);
  if (attachment === undefined) throw itemNotFound();
  if (action === '$value' && request.method === 'GET') {
    return {
      status: 200,
      body: spool.read(attachment.content),
      headers: { 'content-type': attachment.contentType ?? 'application/octet-stream' },
    };
  }
  if (action !== undefined) throw segmentNotFound(action);
  if (request.method === 'GET') {
    const body = viewAttachment(attachment, spool, true);
    const expandsItem = /itemattachment\/item/i.test(request.query.get('$expand') ?? '');
    if (attachment.item !== null && expandsItem) body.item = viewItem(attachment.item, spool);
    return { status: 200, body };
  }
  if (request.method !== 'DELETE') throw methodNotAllowed();
  context.mailbox.change(message, () => {
    message.attachments = message.attachments.filter((each) => each !== attachment);
  });
  return { status: 204 };
}

/** Attachments come in one page. */
function unpaged(query: URLSearchParams): URLSearchParams {
  const all = new URLSearchParams(query);
  if (!all.has('$top')) all.set('$top', '1000');
  return all;
}

function addAttachment(context: MessageRequest, message: StoredMessage): GraphResponse {
  const { request, mailbox, spool } = context;
  const body = jsonBody(request);
  validateEntity(concreteType('attachment', body), body);
  const attachment = readAttachment(body, { spool, newId: () => mailbox.newId('AAMk') });
  if (attachment.kind === 'file' && attachment.sizeBytes >= largeAttachmentBytes) {
    throw new GraphError(
      413,
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment is too large for one request: use an upload session from 3 MB on.',
    );
  }
  attach({ mailbox, message, maxMessageBytes: context.maxMessageBytes }, attachment);
  return { status: 201, body: viewAttachment(attachment, spool, true) };
}

function startUpload(
  context: MessageRequest & { uploads: UploadSessions },
  message: StoredMessage,
): GraphResponse {
  const body = jsonBody(context.request);
  for (const name of Object.keys(body)) {
    if (name.toLowerCase() === 'attachmentitem') continue;
    throw new GraphError(
      400,
      'BadRequest',
      `The parameter '${name}' is not declared by the action 'createUploadSession'.`,
    );
  }
  const item = objectAt(body, 'AttachmentItem') ?? objectAt(body, 'attachmentItem');
  if (item === undefined)
    throw new GraphError(400, 'BadRequest', "The parameter 'AttachmentItem' is required.");
  validateEntity('attachmentItem', item);
  const sizeBytes = numberAt(item, 'size') ?? 0;
  const name = stringAt(item, 'name') ?? '';
  if (stringAt(item, 'attachmentType')?.toLowerCase() !== 'file' || name === '') {
    throw new GraphError(400, 'ErrorInvalidParameter', 'attachmentType must be file and name must be set.');
  }
  if (sizeBytes < largeAttachmentBytes) {
    throw new GraphError(
      400,
      'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize',
      'Attachment size should not be less than the minimum size of 3 MB.',
    );
  }
  if (sizeBytes > maxAttachmentBytes) {
    throw new GraphError(
      413,
      'ErrorAttachmentSizeLimitExceeded',
      'The attachment exceeds the maximum size of 150 MB.',
    );
  }
  refuseTooLarge(message, sizeBytes, context.maxMessageBytes);
  const session = context.uploads.start({
    applicationId: context.request.applicationId,
    mailbox: context.mailbox,
    message,
    name,
    contentType: stringAt(item, 'contentType') ?? null,
    contentId: stringAt(item, 'contentId') ?? null,
    isInline: booleanAt(item, 'isInline') ?? false,
    sizeBytes,
  });
  return { status: 201, body: session };
}
