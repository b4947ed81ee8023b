import { GraphError } from './graph-error.js';
import { type JsonObject, objectsAt, stringAt } from './json.js';
import type { ExtendedProperty } from './message.js';

const mapiTypes = [
  'ApplicationTime', 'Binary', 'Boolean', 'CLSID', 'Currency', 'Double', 'Error', 'Float', 'Integer', 'Long', 'Null',
  'Object', 'Short', 'String', 'SystemTime',
]; // prettier-ignore
const knownTypes = new Set(mapiTypes.flatMap((type) => [type.toLowerCase(), `${type.toLowerCase()}array`]));

const tagForm = /^(\w+)\s+0x([0-9a-f]{1,8})$/i;
const namedForm = /^(\w+)\s+\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?\s+(Name|Id)\s+(.+)$/i;

export const messageFlagsId = 'integer 0xe07';
export const receivedTimeId = 'systemtime 0xe06';
export const sentTimeId = 'systemtime 0x39';

/** PR_MESSAGE_FLAGS (MS-OXCMSG 2.2.1.6): mfRead and mfUnsent. */
export const readBit = 0x1;
export const unsentBit = 0x8;

/**
 * The one spelling of an extended property id under which it is stored: type, GUID and tag in lower case, the name
 * as it is (names compare case-sensitively; Graph page "singleValueLegacyExtendedProperty resource type").
 * @throws GraphError 400 when the id has none of the documented forms
 */
export function normalPropertyId(id: string): string {
  const tag = tagForm.exec(id);
  const named = tag === null ? namedForm.exec(id) : null;
  const type = (tag ?? named)?.[1]?.toLowerCase() ?? '';
  if (!knownTypes.has(type)) {
    throw new GraphError(
      400,
      'ErrorInvalidExtendedProperty',
      "PropertyId values may only be in one of the following formats: 'MapiPropertyType namespaceGuid Name " +
        "propertyName', 'MapiPropertyType namespaceGuid Id propertyId' or 'MapiPropertyType propertyTag'.",
    );
  }
  if (tag !== null) return `${type} 0x${Number.parseInt(tag[2] ?? '', 16).toString(16)}`;
  return `${type} {${named?.[2]?.toLowerCase() ?? ''}} ${named?.[3]?.toLowerCase() ?? ''} ${named?.[4] ?? ''}`;
}

const isNumber = (value: string): boolean => value.trim() !== '' && Number.isFinite(Number(value));
const isWhole = (value: string): boolean => /^-?\d+$/.test(value);
const valueChecks: Record<string, (value: string) => boolean> = {
  integer: (value) => isWhole(value) && Math.abs(Number(value)) <= 0xffffffff,
  short: (value) => isWhole(value) && Math.abs(Number(value)) <= 0xffff,
  long: isWhole,
  double: isNumber,
  float: isNumber,
  currency: isNumber,
  boolean: (value) => /^(true|false|0|1)$/i.test(value),
  systemtime: (value) => !Number.isNaN(Date.parse(value)),
  binary: (value) => /^[A-Za-z0-9+/_-]*={0,2}$/.test(value),
};

/**
 * Reads the extended properties of a message body.
 * @throws GraphError 400 for an id of no documented form or a value that its type cannot hold
 */
export function readExtendedProperties(entity: JsonObject): Map<string, ExtendedProperty> {
  const properties = new Map<string, ExtendedProperty>();
  for (const property of objectsAt(entity, 'singleValueExtendedProperties')) {
    const id = stringAt(property, 'id') ?? '';
    const value = stringAt(property, 'value') ?? '';
    const normal = normalPropertyId(id);
    if (valueChecks[normal.split(' ')[0] ?? '']?.(value) === false) {
      throw new GraphError(
        400,
        'ErrorInvalidExtendedPropertyValue',
        `The value of extended property '${id}' is invalid.`,
      );
    }
    properties.set(normal, { id, value });
  }
  for (const property of objectsAt(entity, 'multiValueExtendedProperties')) {
    const id = stringAt(property, 'id') ?? '';
    const value = Array.isArray(property.value) ? property.value.map(String) : [];
    properties.set(normalPropertyId(id), { id, value });
  }
  return properties;
}

/** The single value of a property, null when the message does not have it. */
export function singleValue(
  properties: ReadonlyMap<string, ExtendedProperty>,
  normalId: string,
): string | null {
  const value = properties.get(normalId)?.value;
  return typeof value === 'string' ? value : null;
}
