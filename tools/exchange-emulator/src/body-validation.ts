import { GraphError } from './graph-error.js';
import { isJsonObject, type JsonObject } from './json.js';
import { membersByEnum, type PropertyRule, rulesByType } from './schema.js';

const refuse = (message: string): GraphError => new GraphError(400, 'RequestBodyRead', message);

const isInteger = (value: unknown, limit: number): boolean =>
  Number.isInteger(value) && Math.abs(Number(value)) <= limit;

const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

const accepts: Record<string, (value: unknown) => boolean> = {
  'Edm.String': (value) => typeof value === 'string',
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Int32': (value) => isInteger(value, 0x7fffffff),
  'Edm.Int64': (value) => isInteger(value, Number.MAX_SAFE_INTEGER),
  'Edm.DateTimeOffset': (value) =>
    typeof value === 'string' && iso.test(value) && !Number.isNaN(Date.parse(value)),
  // Whether the text is base64 shows when it is decoded, once, where it is stored.
  'Edm.Binary': (value) => typeof value === 'string',
};

/**
 * Holds a request body against the published metadata: unknown property, wrong type, unknown enum member.
 * Where a property takes an abstract type, `@odata.type` must name a concrete one.
 * @throws GraphError 400 RequestBodyRead
 */
export function validateEntity(typeName: string, entity: JsonObject): void {
  const rules = rulesByType.get(typeName);
  if (rules === undefined)
    throw refuse(`A type named 'microsoft.graph.${typeName}' could not be resolved by the model.`);
  for (const name of Object.keys(entity)) {
    if (name.includes('@')) continue;
    const rule = rules.get(name);
    if (rule === undefined) {
      throw refuse(
        `The property '${name}' does not exist on type 'microsoft.graph.${typeName}'. Make sure to only use ` +
          'property names that are defined by the type or mark the type as open type.',
      );
    }
    validateValue(name, rule, entity[name]);
  }
}

function validateValue(name: string, rule: PropertyRule, value: unknown): void {
  if (value === null) {
    if (rule.nullable && !rule.collection) return;
    throw refuse(
      `A null value was found for the property named '${name}', which does not allow null values.`,
    );
  }
  if (!rule.collection) validateItem(name, rule, value);
  else if (Array.isArray(value)) for (const item of value) validateItem(name, rule, item);
  else throw unexpectedNode(name, value, 'StartArray');
}

function validateItem(name: string, rule: PropertyRule, value: unknown): void {
  switch (rule.kind) {
    case 'primitive':
      validatePrimitive(name, rule.type, value);
      return;
    case 'enum': {
      if (typeof value !== 'string') throw unexpectedNode(name, value, 'PrimitiveValue');
      if (enumMember(rule.type, value) === undefined)
        throw refuse(`Requested value '${value}' was not found.`);
      return;
    }
    case 'object':
      if (!isJsonObject(value)) throw unexpectedNode(name, value, 'StartObject');
      validateEntity(concreteType(rule.type, value), value);
  }
}

function validatePrimitive(name: string, type: string, value: unknown): void {
  if (typeof value === 'object') throw unexpectedNode(name, value, 'PrimitiveValue');
  if (accepts[type]?.(value) !== true) {
    throw refuse(`Cannot convert the literal '${JSON.stringify(value)}' to the expected type '${type}'.`);
  }
}

/** The member of an enum as declared: Graph compares names without regard to case. */
export function enumMember(enumName: string, value: string): string | undefined {
  return membersByEnum.get(enumName)?.find((member) => member.toLowerCase() === value.toLowerCase());
}

const derivedTypes: Record<string, readonly string[]> = {
  attachment: ['fileAttachment', 'itemAttachment', 'referenceAttachment'],
  outlookItem: ['message'],
};

/** The type named by `@odata.type`; required where the declared type is abstract. */
export function concreteType(declared: string, value: JsonObject): string {
  const named = value['@odata.type'];
  const derived = derivedTypes[declared];
  if (named === undefined) {
    if (derived === undefined) return declared;
    throw refuse(
      `The abstract type 'microsoft.graph.${declared}' cannot be instantiated: @odata.type must name one of ` +
        `${derived.map((type) => `#microsoft.graph.${type}`).join(', ')}.`,
    );
  }
  const name = typeof named === 'string' ? named.replace(/^#?microsoft\.graph\./i, '') : '';
  if (name === declared && derived === undefined) return declared;
  if (derived?.includes(name) === true) return name;
  throw refuse(`A type named ${JSON.stringify(named)} could not be resolved by the model.`);
}

function unexpectedNode(name: string, value: unknown, expected: string): GraphError {
  const found = Array.isArray(value) ? 'StartArray' : isJsonObject(value) ? 'StartObject' : 'PrimitiveValue';
  return refuse(
    `An unexpected '${found}' node was found for property named '${name}' when reading from the JSON reader. ` +
      `A '${expected}' node was expected.`,
  );
}
