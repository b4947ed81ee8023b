import { concreteType } from './body-validation.js';
import { GraphError } from './graph-error.js';
import { booleanAt, type JsonObject, objectAt, stringAt } from './json.js';
import { contentSizeBytes, type StoredAttachment } from './message.js';
import { type CreationContext, readMessage } from './message-creation.js';
import { refuseReadOnlyAtCreation } from './writable-properties.js';

/**
 * Reads a validated attachment; base64 is decoded here and nowhere else.
 * @throws GraphError 400 for read-only properties, bad base64, missing content
 */
export function readAttachment(entity: JsonObject, context: CreationContext): StoredAttachment {
  const type = concreteType('attachment', entity);
  refuseReadOnlyAtCreation(type, entity);
  const common = {
    id: context.newId(),
    name: stringAt(entity, 'name') ?? '',
    contentType: stringAt(entity, 'contentType') ?? null,
    isInline: booleanAt(entity, 'isInline') ?? false,
    lastModifiedMs: Date.now(),
  };
  if (common.name === '') {
    throw new GraphError(
      400,
      'ErrorRequiredPropertyMissing',
      'Required property is missing: attachment name.',
    );
  }
  if (type === 'itemAttachment') {
    const entityOfItem = objectAt(entity, 'item');
    if (entityOfItem === undefined) throw missing('item');
    const item = readMessage(entityOfItem, context);
    const sizeBytes = contentSizeBytes(item);
    return { ...common, kind: 'item', contentId: null, contentLocation: null, sizeBytes, content: [], item };
  }
  const bytes = decodeBase64(stringAt(entity, 'contentBytes') ?? null);
  return {
    ...common,
    kind: 'file',
    contentId: stringAt(entity, 'contentId') ?? null,
    contentLocation: stringAt(entity, 'contentLocation') ?? null,
    sizeBytes: bytes.length,
    content: context.spool.append(bytes),
    item: null,
  };
}

const missing = (name: string): GraphError =>
  new GraphError(400, 'ErrorRequiredPropertyMissing', `Required property is missing: ${name}.`);

/** Node skips what is not base64, so bad text shows as too few bytes. */
function decodeBase64(text: string | null): Buffer {
  if (text === null) throw missing('contentBytes');
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  if (text.length % 4 !== 0 || bytes.length !== (text.length / 4) * 3 - padding) {
    throw new GraphError(
      400,
      'RequestBodyRead',
      "Cannot convert the literal of 'contentBytes' to the expected type 'Edm.Binary'.",
    );
  }
  return bytes;
}
