import { z } from 'zod';
import { invalidRequest } from '../problems/validation-pipe.js';
import { batchSettings, type BatchSettings } from './batch.schema.js';

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
 * Reads the settings of a batch from form fields or query parameters (`autoStart=true`, lists by repeating).
 * @throws ProblemError requestInvalid
 */
export function readBatchForm(fields: Readonly<Record<string, unknown>>): BatchSettings {
  const shape: Record<string, z.ZodType> = batchSettings.shape;
  const values = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const schema = shape[name];
      return [name, schema === undefined ? value : readField(schema, value)];
    }),
  );
  return readBatchSettings(values);
}

/** @throws ProblemError requestInvalid */
export function readBatchSettings(values: unknown): BatchSettings {
  const parsed = batchSettings.safeParse(values);
  if (parsed.success) return parsed.data;
  throw invalidRequest(
    parsed.error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
  );
}
