import { GraphError } from './graph-error.js';
import type { JsonObject } from './json.js';

const draftOnly = [
  'subject', 'body', 'from', 'sender', 'toRecipients', 'ccRecipients', 'bccRecipients', 'replyTo',
  'internetMessageId', 'isDeliveryReceiptRequested', 'isReadReceiptRequested',
]; // prettier-ignore

const always = [
  'categories', 'flag', 'importance', 'inferenceClassification', 'isRead',
  'singleValueExtendedProperties', 'multiValueExtendedProperties',
]; // prettier-ignore

/** Accepted without any effect: clients report that neither a create nor a PATCH of isDraft changes anything. */
const withoutEffect = ['isDraft'];

const draftOnlySet: ReadonlySet<string> = new Set(draftOnly);

/** Properties that a create of each type may carry (Graph pages of the type and its create operation). */
const writableAtCreation: Record<string, ReadonlySet<string>> = {
  message: new Set([...draftOnly, ...always, ...withoutEffect, 'attachments', 'internetMessageHeaders']),
  mailFolder: new Set([
    'displayName',
    'isHidden',
    'singleValueExtendedProperties',
    'multiValueExtendedProperties',
  ]),
  fileAttachment: new Set([
    'name',
    'contentType',
    'contentBytes',
    'contentId',
    'contentLocation',
    'isInline',
    'size',
  ]),
  itemAttachment: new Set(['name', 'contentType', 'isInline', 'size', 'item']),
};

/** Properties that PATCH may carry (Graph page "Update message"). */
const writableLater: Record<string, ReadonlySet<string>> = {
  message: new Set([...draftOnly, ...always, ...withoutEffect]),
  mailFolder: new Set(['displayName']),
};

function refuseOthers(allowed: ReadonlySet<string> | undefined, entity: JsonObject): void {
  for (const name of Object.keys(entity)) {
    if (name.includes('@') || allowed?.has(name) === true) continue;
    throw new GraphError(
      400,
      'ErrorInvalidPropertySet',
      `The property '${name}' is read-only and can't be set.`,
    );
  }
}

/** @throws GraphError 400 ErrorInvalidPropertySet when the body of a create sets a read-only property */
export function refuseReadOnlyAtCreation(typeName: string, entity: JsonObject): void {
  refuseOthers(writableAtCreation[typeName], entity);
}

/**
 * @throws GraphError 400 ErrorInvalidPropertySet for a property that is read-only after creation,
 * ErrorInvalidPropertyUpdateSentMessage for one that only a draft may change
 */
export function refuseReadOnlyLater(typeName: string, entity: JsonObject, isDraft: boolean): void {
  refuseOthers(writableLater[typeName], entity);
  if (isDraft || typeName !== 'message') return;
  const blocked = Object.keys(entity).find((name) => draftOnlySet.has(name));
  if (blocked === undefined) return;
  throw new GraphError(
    400,
    'ErrorInvalidPropertyUpdateSentMessage',
    `Update operation is invalid for property of a sent message: '${blocked}'.`,
  );
}
