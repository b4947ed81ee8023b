import { normalPropertyId } from './extended-property.js';
import { GraphError } from './graph-error.js';

/** A parsed $filter. */
export type Filter =
  | { kind: 'and' | 'or'; left: Filter; right: Filter }
  | { kind: 'not'; inner: Filter }
  | { kind: 'comparison'; property: string; operator: string; value: FilterValue }
  | { kind: 'function'; name: 'startswith' | 'contains'; property: string; value: string }
  | { kind: 'extendedProperty'; id: string; value: string | null };

export type FilterValue = string | number | boolean | null | Date;

const tokenForm =
  /\s*(?:('(?:[^']|'')*')|(\d{4}-\d{2}-\d{2}(?:T[\d:.]+(?:Z|[+-]\d{2}:\d{2}))?)|(-?\d+(?:\.\d+)?)|([A-Za-z_][\w./]*)|([(),:]))/y;

const invalid = (filter: string): GraphError =>
  new GraphError(400, 'BadRequest', `Invalid filter clause: There is a syntax error in '${filter}'.`);

function tokensOf(filter: string): string[] {
  const tokens: string[] = [];
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < filter.trimEnd().length) {
    const match = tokenForm.exec(filter);
    if (match === null) throw invalid(filter);
    tokens.push(match[0].trim());
  }
  return tokens;
}

/**
 * Parses the part of OData's $filter that Graph documents for mail: comparisons, and, or, not, startswith, contains
 * and singleValueExtendedProperties/Any(...).
 * @throws GraphError 400
 */
export function parseFilter(filter: string): Filter {
  const parser = new FilterParser(filter, tokensOf(filter));
  return parser.whole();
}

class FilterParser {
  private position = 0;

  constructor(
    private readonly source: string,
    private readonly tokens: readonly string[],
  ) {}

  whole(): Filter {
    const filter = this.or();
    if (this.position < this.tokens.length) throw invalid(this.source);
    return filter;
  }

  private or(): Filter {
    let left = this.and();
    while (this.skip('or')) left = { kind: 'or', left, right: this.and() };
    return left;
  }

  private and(): Filter {
    let left = this.term();
    while (this.skip('and')) left = { kind: 'and', left, right: this.term() };
    return left;
  }

  private term(): Filter {
    if (this.skip('not')) return { kind: 'not', inner: this.term() };
    if (this.skip('(')) {
      const inner = this.or();
      this.expect(')');
      return inner;
    }
    const name = this.next();
    const lower = name.toLowerCase();
    if (lower === 'singlevalueextendedproperties/any') return this.extendedProperty();
    if (lower === 'startswith' || lower === 'contains') return this.function(lower);
    const operator = this.next().toLowerCase();
    if (!['eq', 'ne', 'gt', 'ge', 'lt', 'le'].includes(operator)) throw invalid(this.source);
    return { kind: 'comparison', property: name, operator, value: this.literal() };
  }

  private function(name: 'startswith' | 'contains'): Filter {
    this.expect('(');
    const property = this.next();
    this.expect(',');
    const value = this.literal();
    this.expect(')');
    if (typeof value !== 'string') throw invalid(this.source);
    return { kind: 'function', name, property, value };
  }

  /** Any(ep: ep/id eq '...' and ep/value eq '...') or with ne null (Graph page "Get singleValueLegacyExtendedProperty"). */
  private extendedProperty(): Filter {
    this.expect('(');
    const variable = this.next();
    this.expect(':');
    let id: string | null = null;
    let value: string | null = null;
    do {
      const name = this.next();
      const operator = this.next().toLowerCase();
      const literal = this.literal();
      if (name === `${variable}/id` && operator === 'eq' && typeof literal === 'string')
        id = normalPropertyId(literal);
      else if (name === `${variable}/value` && operator === 'eq' && typeof literal === 'string')
        value = literal;
      else if (name !== `${variable}/value` || operator !== 'ne' || literal !== null)
        throw invalid(this.source);
    } while (this.skip('and'));
    this.expect(')');
    if (id === null) throw invalid(this.source);
    return { kind: 'extendedProperty', id, value };
  }

  private literal(): FilterValue {
    const token = this.next();
    if (token.startsWith("'")) return token.slice(1, -1).replaceAll("''", "'");
    if (token === 'true' || token === 'false') return token === 'true';
    if (token === 'null') return null;
    if (/^\d{4}-\d{2}-\d{2}/.test(token)) return new Date(token);
    if (/^-?\d/.test(token)) return Number(token);
    throw invalid(this.source);
  }

  private next(): string {
    const token = this.tokens[this.position];
    if (token === undefined) throw invalid(this.source);
    this.position += 1;
    return token;
  }

  private skip(token: string): boolean {
    if (this.tokens[this.position]?.toLowerCase() !== token) return false;
    this.position += 1;
    return true;
  }

  private expect(token: string): void {
    if (!this.skip(token)) throw invalid(this.source);
  }
}

/** @throws GraphError 400 for a property that cannot be filtered, whether or not an entity would be looked at */
export function refuseUnknownProperties(filter: Filter, isKnown: (name: string) => boolean): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      refuseUnknownProperties(filter.left, isKnown);
      refuseUnknownProperties(filter.right, isKnown);
      return;
    case 'not':
      refuseUnknownProperties(filter.inner, isKnown);
      return;
    case 'comparison':
    case 'function':
      if (isKnown(filter.property)) return;
      throw new GraphError(
        400,
        'BadRequest',
        `Could not find a property named '${filter.property}' that can be filtered.`,
      );
    case 'extendedProperty':
  }
}

/** What a filter needs to know of an entity. */
export interface Filterable {
  property: (name: string) => FilterValue;
  extendedProperty: (normalId: string) => string | null;
}

/** Whether a filter lets an entity through; its properties have been checked before. */
export function matches(filter: Filter, entity: Filterable): boolean {
  switch (filter.kind) {
    case 'and':
      return matches(filter.left, entity) && matches(filter.right, entity);
    case 'or':
      return matches(filter.left, entity) || matches(filter.right, entity);
    case 'not':
      return !matches(filter.inner, entity);
    case 'extendedProperty': {
      const value = entity.extendedProperty(filter.id);
      if (value === null) return false;
      return filter.value === null || value.toLowerCase() === filter.value.toLowerCase();
    }
    case 'function': {
      const text = String(entity.property(filter.property) ?? '').toLowerCase();
      const part = filter.value.toLowerCase();
      return filter.name === 'contains' ? text.includes(part) : text.startsWith(part);
    }
    case 'comparison':
      return compare(entity.property(filter.property), filter.operator, filter.value);
  }
}

const comparable = (value: FilterValue): string | number | boolean | null =>
  value instanceof Date ? value.getTime() : typeof value === 'string' ? value.toLowerCase() : value;

function compare(found: FilterValue, operator: string, wanted: FilterValue): boolean {
  const left = comparable(found);
  const right = comparable(wanted);
  if (operator === 'eq') return left === right;
  if (operator === 'ne') return left !== right;
  if (left === null || right === null) return false;
  if (operator === 'gt') return left > right;
  if (operator === 'ge') return left >= right;
  return operator === 'lt' ? left < right : left <= right;
}
