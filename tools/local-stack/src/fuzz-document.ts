type Json = unknown;

function isParameter(value: object): value is { in: string; name: string; schema: unknown } {
  return 'in' in value && 'name' in value && 'schema' in value && value.in === 'path';
}

/**
 * A copy of an OpenAPI document in which path parameters of these names can only have these values, so that a fuzzer
 * gets past "not found" and the requests of all operations meet the same few things.
 */
export function narrowDocument(document: Json, known: Readonly<Record<string, readonly string[]>>): Json {
  if (Array.isArray(document)) return document.map((item: Json) => narrowDocument(item, known));
  if (typeof document !== 'object' || document === null) return document;
  const values = isParameter(document) ? known[document.name] : undefined;
  const copy = Object.fromEntries(
    Object.entries(document).map(([name, value]: [string, Json]) => [name, narrowDocument(value, known)]),
  );
  return values === undefined ? copy : { ...copy, schema: { type: 'string', enum: values } };
}
