import type { ConvertedMessage, MailAddress, MessageAttachment } from '@sterna/mime';
import type { JsonObject } from '../graph/json-body.js';
import {
  attachmentEntity,
  messageFile,
  plannedFile,
  type PlannedAttachment,
  type PlannedItem,
} from './attachment-entity.js';
import {
  attachedMessageProperties,
  neededProperties,
  optionalProperties,
  type SourceState,
} from './extended-property.js';
import { categoriesOf } from './keyword-category.js';
import type { MessageForm } from './message-form.js';
import type { Repairs } from './message-repair.js';
import { recipientOf, textRecipient } from './recipient.js';

const maxSubjectLength = 255;
const maxMessageIdLength = 998;
/** Exchange's own form for attached messages up to this size and depth; a file beyond. */
const maxItemBytes = 1024 * 1024;
const maxItemDepth = 3;

/** Graph's message without its attachments ("message resource type"), its extended properties included. */
export function messageEntity(
  message: ConvertedMessage,
  source: SourceState,
  form: MessageForm,
  repairs: Repairs,
): { fields: JsonObject; properties: JsonObject[] } {
  const optional = form.hasOptional ? optionalProperties(message, source, repairs) : [];
  const categories = form.hasOptional ? categoriesOf(source.keywords, source.labels) : [];
  return {
    fields: {
      ...commonFields(message, form, repairs),
      isRead: source.flags.has('\\seen'),
      ...(source.flags.has('\\flagged') ? { flag: { flagStatus: 'flagged' } } : {}),
      ...(categories.length === 0 ? {} : { categories }),
    },
    properties: [...neededProperties(message, source), ...optional],
  };
}

/** Attachments in their order, attached messages in Exchange's own form where that is possible. */
export function plannedAttachments(
  message: ConvertedMessage,
  form: MessageForm,
  repairs: Repairs,
  depth = 1,
): PlannedAttachment[] {
  return message.attachments.map((attachment) =>
    attachment.kind === 'file'
      ? plannedFile(attachment, repairs)
      : plannedMessage(attachment, form, repairs, depth),
  );
}

function plannedMessage(
  { message, name, raw }: MessageAttachment,
  form: MessageForm,
  repairs: Repairs,
  depth: number,
): PlannedAttachment {
  const asFile = messageFile(raw, name);
  if (form.attachedMessages === 'files' || depth > maxItemDepth || raw.length > maxItemBytes) {
    repairs.add('attachedMessageKeptAsFile');
    return asFile;
  }
  const attachments = plannedAttachments(message, form, repairs, depth + 1).map(attachmentEntity);
  const entity: PlannedItem['entity'] = {
    '@odata.type': '#microsoft.graph.itemAttachment',
    name: asFile.name.replace(/\.eml$/i, ''),
    item: {
      '@odata.type': '#microsoft.graph.message',
      ...commonFields(message, form, repairs),
      singleValueExtendedProperties: attachedMessageProperties(message),
      ...(attachments.length === 0 ? {} : { attachments }),
    },
  };
  return { kind: 'item', entity, asFile };
}

function commonFields(message: ConvertedMessage, form: MessageForm, repairs: Repairs): JsonObject {
  const { internetMessageId, importance, body } = message;
  const hasMessageId = form.hasOptional && internetMessageId !== null;
  return {
    subject: shortSubject(message.subject, repairs),
    body: { contentType: body.contentType, content: body.content },
    ...recipientFields(message, (address) =>
      form.addresses === 'text' ? textRecipient(address) : recipientOf(address, repairs),
    ),
    ...(hasMessageId && internetMessageId.length <= maxMessageIdLength ? { internetMessageId } : {}),
    ...(importance === 'normal' ? {} : { importance }),
  };
}

function recipientFields(
  message: ConvertedMessage,
  recipient: (address: MailAddress) => JsonObject,
): JsonObject {
  const { from, sender } = message;
  const lists = {
    toRecipients: message.to,
    ccRecipients: message.cc,
    bccRecipients: message.bcc,
    replyTo: message.replyTo,
  };
  const filled = Object.entries(lists).filter(([, addresses]) => addresses.length > 0);
  return {
    ...(from === null ? {} : { from: recipient(from) }),
    ...(sender === null ? {} : { sender: recipient(sender) }),
    ...Object.fromEntries(filled.map(([name, addresses]) => [name, addresses.map(recipient)])),
  };
}

function shortSubject(subject: string, repairs: Repairs): string {
  if (subject.length <= maxSubjectLength) return subject;
  repairs.add('subjectShortened');
  return subject.slice(0, maxSubjectLength).replace(/[\ud800-\udbff]$/, '');
}
