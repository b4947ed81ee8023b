import { readSecureUrl } from '@sterna/entra';
import { z } from 'zod';
import { CommandStore } from './command-store.js';
import { HttpStore } from './http-store.js';
import type { PasswordStore } from './password-store.js';

const words = z.tuple([z.string().min(1)], z.string());

/** A JSON list of a program and its arguments, or the path of a program that takes none. */
function readCommand(text: string): [string, ...string[]] | null {
  if (!text.startsWith('[')) return [text];
  try {
    return words.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

const command = z.string().transform((text, context): [string, ...string[]] => {
  const read = readCommand(text);
  if (read !== null) return read;
  context.addIssue('must be the path of a program, or a JSON list of a program and its arguments');
  return z.NEVER;
});
const secureUrl = z.string().transform((text, context): URL => {
  const url = readSecureUrl(text);
  if (url !== null) return url;
  context.addIssue('must begin with https://');
  return z.NEVER;
});

/** The variables of a service that logs in to sources, by which its operator names a store for passwords. */
export const passwordStoreVariables = {
  STERNA_CREDENTIAL_COMMAND: command.optional(),
  STERNA_CREDENTIAL_URL: secureUrl.optional(),
  // the path is the value: the file is read at each request
  STERNA_CREDENTIAL_TOKEN_FILE: z.string().optional(),
  STERNA_CREDENTIAL_TIMEOUT_MS: z.coerce.number().int().min(100).max(120_000).default(10_000),
};

type Variables = z.output<z.ZodObject<typeof passwordStoreVariables>>;

/** The store that the operator configured, or none. @throws Error when there are two */
export function createPasswordStore(variables: Variables): PasswordStore | null {
  const {
    STERNA_CREDENTIAL_COMMAND: program,
    STERNA_CREDENTIAL_URL: url,
    STERNA_CREDENTIAL_TOKEN_FILE: tokenFile = null,
    STERNA_CREDENTIAL_TIMEOUT_MS: timeoutMs,
  } = variables;
  if (program !== undefined && url !== undefined) {
    throw new Error('STERNA_CREDENTIAL_COMMAND and STERNA_CREDENTIAL_URL exclude each other');
  }
  if (program !== undefined) return new CommandStore(program, timeoutMs);
  return url === undefined ? null : new HttpStore(url, tokenFile, timeoutMs);
}
