import { type AddressObject, type EmailAddress as ParsedAddress, simpleParser } from 'mailparser';
import { GraphError } from './graph-error.js';
import type { EmailAddress, MessageContent, StoredAttachment } from './message.js';
import type { CreationContext } from './message-creation.js';
import { detached, newInternetMessageId, previewOf } from './message-fields.js';

/**
 * Decodes the base64 body of a MIME create.
 * @throws GraphError 400 ErrorMimeContentInvalidBase64String (Graph page "Send Outlook messages in MIME format"),
 * UnableToDeserializePostBody for MIME with bare line feeds
 */
export function decodeMime(body: Buffer): Buffer {
  const text = body.toString('latin1').trim();
  if (text === '' || !/^[A-Za-z0-9+/\r\n]+={0,2}$/.test(text)) {
    throw new GraphError(
      400,
      'ErrorMimeContentInvalidBase64String',
      'Invalid base64 string for MIME content.',
    );
  }
  const mime = Buffer.from(text, 'base64');
  if (/(^|[^\r])\n/.test(mime.toString('latin1'))) {
    throw new GraphError(400, 'UnableToDeserializePostBody', 'were unable to deserialize ');
  }
  return mime;
}

/** Makes a message of MIME: a read draft, received now, sent when its Date header says. */
export async function readMime(mime: Buffer, context: CreationContext): Promise<MessageContent> {
  const parsed = await simpleParser(mime, {
    skipHtmlToText: true,
    skipTextToHtml: true,
    skipImageLinks: true,
  });
  const html = parsed.html === false ? undefined : parsed.html;
  const bodyContentType = html === undefined ? 'text' : 'html';
  const bodyText = html ?? parsed.text ?? '';
  const from = addressesOf(parsed.from)[0] ?? null;
  const now = Date.now();
  return {
    subject: parsed.subject ?? null,
    from,
    sender: from,
    toRecipients: addressesOf(parsed.to),
    ccRecipients: addressesOf(parsed.cc),
    bccRecipients: addressesOf(parsed.bcc),
    replyTo: addressesOf(parsed.replyTo),
    internetMessageId: parsed.messageId ?? newInternetMessageId(),
    internetMessageHeaders: parsed.headerLines.map(({ line }) => {
      const colon = line.indexOf(':');
      return {
        name: detached(line.slice(0, colon)),
        value: detached(
          line
            .slice(colon + 1)
            .replace(/\r?\n\s+/g, ' ')
            .trim(),
        ),
      };
    }),
    importance: importanceOf(parsed.headers.get('priority')),
    inferenceClassification: 'focused',
    isRead: true,
    isDraft: true,
    isDeliveryReceiptRequested: null,
    isReadReceiptRequested: parsed.headers.has('disposition-notification-to'),
    flag: { flagStatus: 'notFlagged' },
    categories: [],
    receivedMs: now,
    sentMs: parsed.date?.getTime() ?? now,
    bodyContentType,
    body: context.spool.append(Buffer.from(bodyText, 'utf8')),
    bodyPreview: previewOf(bodyText, bodyContentType),
    extendedProperties: new Map(),
    attachments: parsed.attachments.map((attachment): StoredAttachment => ({
      id: context.newId(),
      kind: 'file',
      name: attachment.filename ?? 'attachment',
      contentType: attachment.contentType,
      isInline: attachment.related === true,
      contentId: attachment.cid ?? null,
      contentLocation: null,
      sizeBytes: attachment.content.length,
      lastModifiedMs: now,
      content: context.spool.append(attachment.content),
      item: null,
    })),
    mime: context.spool.append(mime),
  };
}

function addressesOf(addresses: AddressObject | AddressObject[] | undefined): EmailAddress[] {
  if (addresses === undefined) return [];
  const list: ParsedAddress[] = Array.isArray(addresses)
    ? addresses.flatMap((each) => each.value)
    : addresses.value;
  return list
    .flatMap((each) => each.group ?? [each])
    .map(({ name, address }) => ({ name, address: address ?? null }));
}

/** mailparser folds Importance, Priority and X-Priority into one value. */
const importanceOf = (priority: unknown): string =>
  priority === 'high' || priority === 'low' ? priority : 'normal';
