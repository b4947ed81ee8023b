import { MigrationError } from '@sterna/domain';
import { readSignInFault } from '@sterna/entra';

/** What a failed sign-in of the target's application means; never with more of the service's words than codes. */
export function classifySignInFault(error: unknown): MigrationError {
  if (error instanceof MigrationError) return error;
  const { isFinal, code, number } = readSignInFault(error);
  const said = `${code} ${number}`.trim();
  return new MigrationError({
    code: isFinal ? 'targetSignInRefused' : 'targetUnavailable',
    scope: 'account',
    retry: isFinal ? { kind: 'never' } : { kind: 'backoff' },
    message: isFinal
      ? `the sign-in service refused the application: ${said}`
      : `the sign-in service gave no token: ${said || 'no answer'}`,
    context: { signInCode: code },
    cause: error,
  });
}
