import { readFileSync } from 'node:fs';
import type { z } from 'zod';

/** Names every variable that is missing or wrong, so that one start tells all. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/**
 * Reads a service's configuration from the environment, once. For each key of the schema, NAME_FILE names a
 * file that holds the value instead (secrets mounted by Kubernetes).
 * @throws ConfigurationError that lists every bad variable; values are never repeated.
 */
export function readConfiguration<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  environment: Record<string, string | undefined> = process.env,
): z.infer<z.ZodObject<Shape>> {
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = valueOf(name, environment);
    if (value !== undefined && value !== '') values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigurationError(`the configuration is not usable:\n${faults.join('\n')}`);
}

function valueOf(name: string, environment: Record<string, string | undefined>): string | undefined {
  const file = environment[`${name}_FILE`];
  if (file === undefined || file === '') return environment[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigurationError(`${name}_FILE: ${file} cannot be read`, { cause: error });
  }
}
