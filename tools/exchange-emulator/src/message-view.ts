import type { JsonObject } from './json.js';
import type { Mailbox } from './mailbox.js';
import type { EmailAddress, MessageContent, StoredAttachment, StoredMessage } from './message.js';
import type { Spool } from './spool.js';

/** Graph prints whole seconds in UTC. */
export const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** How a message is to be shown. */
export interface ViewOptions {
  immutableIds: boolean;
  /** Names of $select; null shows everything but what Graph shows on request only. */
  select: ReadonlySet<string> | null;
  /** Normal ids of extended properties asked for with $expand. */
  expandedProperties: ReadonlySet<string>;
  expandAttachments: boolean;
  /** The text of the body when it is at hand, so that a create does not read back what it has just spooled. */
  bodyText?: string;
}

export const plainView: ViewOptions = {
  immutableIds: false,
  select: null,
  expandedProperties: new Set(),
  expandAttachments: false,
};

const recipient = ({ name, address }: EmailAddress): JsonObject => ({
  emailAddress: { name: name ?? address, address },
});

function contentView(content: MessageContent, body: () => string): Record<string, () => unknown> {
  return {
    receivedDateTime: () => isoSeconds(content.receivedMs),
    sentDateTime: () => isoSeconds(content.sentMs),
    hasAttachments: () => content.attachments.some((attachment) => !attachment.isInline),
    internetMessageId: () => content.internetMessageId,
    subject: () => content.subject,
    bodyPreview: () => content.bodyPreview,
    importance: () => content.importance,
    isDeliveryReceiptRequested: () => content.isDeliveryReceiptRequested,
    isReadReceiptRequested: () => content.isReadReceiptRequested,
    isRead: () => content.isRead,
    isDraft: () => content.isDraft,
    inferenceClassification: () => content.inferenceClassification,
    body: () => ({ contentType: content.bodyContentType, content: body() }),
    sender: () => (content.sender === null ? null : recipient(content.sender)),
    from: () => (content.from === null ? null : recipient(content.from)),
    toRecipients: () => content.toRecipients.map(recipient),
    ccRecipients: () => content.ccRecipients.map(recipient),
    bccRecipients: () => content.bccRecipients.map(recipient),
    replyTo: () => content.replyTo.map(recipient),
    flag: () => content.flag,
    categories: () => content.categories,
  };
}

/** Properties that Graph shows only when $select names them. */
const onRequest: Record<string, (message: StoredMessage) => unknown> = {
  internetMessageHeaders: (message) => message.internetMessageHeaders,
  uniqueBody: () => null,
};

/** The Graph JSON of a message. */
export function viewMessage(message: StoredMessage, spool: Spool, options: ViewOptions): JsonObject {
  const body = (): string => options.bodyText ?? spool.read(message.body).toString('utf8');
  const getters: Record<string, () => unknown> = {
    createdDateTime: () => isoSeconds(message.createdMs),
    lastModifiedDateTime: () => isoSeconds(message.modifiedMs),
    changeKey: () => message.changeKey,
    parentFolderId: () => message.folder.id,
    conversationId: () => message.conversationId,
    webLink: () =>
      `https://outlook.office365.com/owa/?ItemID=${encodeURIComponent(message.id)}&viewmodel=ReadMessageItem`,
    ...contentView(message, body),
  };
  const view: JsonObject = {
    '@odata.etag': `W/"${message.changeKey}"`,
    id: options.immutableIds ? message.immutableId : message.id,
  };
  const { select } = options;
  for (const [name, get] of Object.entries(getters))
    if (select === null || select.has(name)) view[name] = get();
  for (const [name, get] of Object.entries(onRequest))
    if (select?.has(name) === true) view[name] = get(message);
  const expanded = [...message.extendedProperties].filter(([id]) => options.expandedProperties.has(id));
  const single = expanded.filter(([, property]) => typeof property.value === 'string');
  if (single.length > 0) view.singleValueExtendedProperties = single.map(([, property]) => property);
  if (options.expandAttachments) {
    view.attachments = message.attachments.map((attachment) => viewAttachment(attachment, spool, true));
  }
  return view;
}

/** The Graph JSON of an attachment; `withContent` adds contentBytes, and the item of an itemAttachment. */
export function viewAttachment(attachment: StoredAttachment, spool: Spool, withContent: boolean): JsonObject {
  const view: JsonObject = {
    '@odata.type':
      attachment.kind === 'file' ? '#microsoft.graph.fileAttachment' : '#microsoft.graph.itemAttachment',
    '@odata.mediaContentType': attachment.contentType,
    id: attachment.id,
    lastModifiedDateTime: isoSeconds(attachment.lastModifiedMs),
    name: attachment.name,
    contentType: attachment.contentType,
    size: attachment.sizeBytes,
    isInline: attachment.isInline,
  };
  if (attachment.kind === 'file') {
    view.contentId = attachment.contentId;
    view.contentLocation = attachment.contentLocation;
    if (withContent) view.contentBytes = spool.read(attachment.content).toString('base64');
  }
  return view;
}

/** The item of an attached message, shown with $expand=microsoft.graph.itemattachment/item. */
export function viewItem(item: MessageContent, spool: Spool): JsonObject {
  const view: JsonObject = { '@odata.type': '#microsoft.graph.message' };
  for (const [name, get] of Object.entries(contentView(item, () => spool.read(item.body).toString('utf8')))) {
    view[name] = get();
  }
  view.attachments = item.attachments.map((attachment) => viewAttachment(attachment, spool, true));
  return view;
}

export function viewUser(mailbox: Mailbox): JsonObject {
  return {
    id: mailbox.userId,
    displayName: mailbox.displayName,
    mail: mailbox.hasMailbox ? mailbox.address : null,
    userPrincipalName: mailbox.address,
  };
}
