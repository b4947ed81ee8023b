import { MigrationError } from '@sterna/domain';

/** OAuth errors that no repetition mends (RFC 6749 section 5.2). */
const permanentErrors = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
]);

/**
 * What a failed sign-in means: an OAuth error that names a wrong client, secret or tenant is final, anything
 * else (network, 5xx) may pass. Only the code and the AADSTS number are repeated, never the whole text.
 */
export function classifySignInFault(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const code = textOf(error, 'errorCode');
  const number = /AADSTS\d+/.exec(textOf(error, 'errorMessage'))?.[0] ?? '';
  if (permanentErrors.has(code)) {
    return new MigrationError({
      code: 'targetSignInRefused',
      scope: 'account',
      retry: { kind: 'never' },
      message: `the sign-in service refused the application: ${code} ${number}`.trim(),
      context: { signInCode: code },
      cause: error,
    });
  }
  return new MigrationError({
    code: 'targetUnavailable',
    scope: 'account',
    retry: { kind: 'backoff' },
    message: `the sign-in service gave no token: ${`${code} ${number}`.trim() || 'no answer'}`,
    context: { signInCode: code },
    cause: error,
  });
}

function textOf(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
