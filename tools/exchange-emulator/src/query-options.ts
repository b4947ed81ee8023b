import { normalPropertyId } from './extended-property.js';
import { type Filter, parseFilter, refuseUnknownProperties } from './filter.js';
import { GraphError } from './graph-error.js';
import { type GraphRequest, wantsImmutableIds } from './graph-exchange.js';
import type { JsonObject } from './json.js';
import type { ViewOptions } from './message-view.js';
import { rulesByType } from './schema.js';

const defaultPageSize = 10;
const maxPageSize = 1000;

const known = new Set([
  '$select', '$top', '$skip', '$filter', '$expand', '$orderby', '$count', 'includehiddenfolders',
]); // prettier-ignore

/** @throws GraphError 400 for an option that Graph does not know for mail */
export function refuseUnknownOptions(query: URLSearchParams): void {
  for (const name of query.keys()) {
    if (name.startsWith('$') && !known.has(name.toLowerCase())) {
      throw new GraphError(400, 'BadRequest', `The query parameter '${name}' is not supported.`);
    }
  }
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d+$/.test(text)) {
    throw new GraphError(400, 'BadRequest', `Invalid value '${text}' for ${name} query option found.`);
  }
  return Number(text);
}

/** One page of a collection with @odata.nextLink while more follows (pages "mailFolder: list", "message: list"). */
export function pageOf<Item>(
  items: readonly Item[],
  request: GraphRequest,
  view: (item: Item) => JsonObject,
): JsonObject {
  const top = wholeNumber(request.query, '$top', defaultPageSize);
  const skip = wholeNumber(request.query, '$skip', 0);
  if (top < 1 || top > maxPageSize) {
    throw new GraphError(
      400,
      'ErrorInvalidParameter',
      `$top must be between 1 and ${maxPageSize}, not ${top}.`,
    );
  }
  const page: JsonObject = { '@odata.context': `${request.origin}/v1.0/$metadata#${request.path.join('/')}` };
  if (request.query.get('$count') === 'true') page['@odata.count'] = items.length;
  page.value = items.slice(skip, skip + top).map(view);
  if (skip + top < items.length) {
    const next = new URL(request.url, request.origin);
    next.searchParams.set('$top', String(top));
    next.searchParams.set('$skip', String(skip + top));
    page['@odata.nextLink'] = next.toString();
  }
  return page;
}

/** @throws GraphError 400 for a name that the type does not have */
export function selectOf(query: URLSearchParams, typeName: string): ReadonlySet<string> | null {
  const text = query.get('$select');
  if (text === null || text === '') return null;
  const rules = rulesByType.get(typeName);
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (rules?.has(name) === true || name === '*') continue;
    throw new GraphError(
      400,
      'RequestBroker--ParseUri',
      `Could not find a property named '${name}' on type 'microsoft.graph.${typeName}'.`,
    );
  }
  return names.includes('*') ? null : new Set(names);
}

/** @throws GraphError 400 for a filter that cannot be read or names a property that cannot be filtered */
export function filterOf(query: URLSearchParams, isKnown: (name: string) => boolean): Filter | null {
  const text = query.get('$filter');
  if (text === null || text === '') return null;
  const filter = parseFilter(text);
  refuseUnknownProperties(filter, isKnown);
  return filter;
}

/** Which extended properties and whether attachments $expand asks for. */
export function messageViewOf(request: GraphRequest): ViewOptions {
  const expand = request.query.get('$expand') ?? '';
  const expandedProperties = new Set<string>();
  let expandAttachments = false;
  for (const part of splitOutsideBrackets(expand)) {
    const [, name = '', options = ''] = /^\s*(\w+)(?:\((.*)\))?\s*$/s.exec(part) ?? [];
    if (name === 'attachments') expandAttachments = true;
    else if (name === 'singleValueExtendedProperties') {
      const ids = [...options.matchAll(/\bid\s+eq\s+'((?:[^']|'')*)'/gi)];
      if (ids.length === 0)
        throw new GraphError(
          400,
          'ErrorInvalidParameter',
          'The expand of extended properties needs $filter=id eq.',
        );
      for (const [, id = ''] of ids) expandedProperties.add(normalPropertyId(id.replaceAll("''", "'")));
    } else
      throw new GraphError(
        400,
        'RequestBroker--ParseUri',
        `Could not find a property named '${part.trim()}' on type 'microsoft.graph.message'.`,
      );
  }
  return {
    immutableIds: wantsImmutableIds(request),
    select: selectOf(request.query, 'message'),
    expandedProperties,
    expandAttachments,
  };
}

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] === '(') depth += 1;
    else if (text[index] === ')') depth -= 1;
    else if (text[index] === ',' && depth === 0) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}
