import { z } from 'zod';
import { invalidRequest } from '../problems/validation-pipe.js';

/** The form of a setting, read from its schema: a form has only strings. */
function readField(schema: z.ZodType, value: unknown): unknown {
  let inner: z.ZodType = schema;
  while (inner instanceof z.ZodDefault || inner instanceof z.ZodNullable) {
    const next: unknown = inner.unwrap();
    if (!(next instanceof z.ZodType)) break;
    inner = next;
  }
  if (inner instanceof z.ZodArray) return Array.isArray(value) ? value : [value];
  if (inner instanceof z.ZodBoolean) return value === 'true' ? true : value === 'false' ? false : value;
  if (inner instanceof z.ZodNumber && typeof value === 'string' && value !== '') return Number(value);
  return value;
}

/**
 * Reads settings from form fields or query parameters (`autoStart=true`, lists by repeating).
 * @throws ProblemError requestInvalid
 */
export function readForm<Schema extends z.ZodObject>(
  schema: Schema,
  fields: Readonly<Record<string, unknown>>,
): z.output<Schema> {
  const shape: Record<string, unknown> = schema.shape;
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const field = shape[name];
      return [name, field instanceof z.ZodType ? readField(field, value) : value];
    }),
  );
  return readSettings(schema, values);
}

/** @throws ProblemError requestInvalid */
export function readSettings<Schema extends z.ZodType>(schema: Schema, values: unknown): z.output<Schema> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}
