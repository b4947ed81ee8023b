/** OAuth errors that no repetition mends (RFC 6749 section 5.2). */
const finalErrors = new Set([
  'invalid_client',
  'invalid_grant',
  'invalid_request',
  'invalid_resource',
  'invalid_scope',
  'unauthorized_client',
  'unsupported_grant_type',
]);

/** Why Microsoft Entra gave no token. */
export interface SignInFault {
  /** Whether somebody has to change the application, its secret or the tenant before it can work. */
  isFinal: boolean;
  /** The OAuth error, such as `invalid_client`, or MSAL's own code; '' when there was no answer. */
  code: string;
  /** The number that Microsoft explains, such as `AADSTS7000215`; '' when there is none. */
  number: string;
}

/**
 * What a failed sign-in means: an OAuth error that names a wrong client, secret or tenant is final, anything else
 * (network, 5xx) may pass. Only the code and the AADSTS number are taken, never the whole text.
 */
export function readSignInFault(error: unknown): SignInFault {
  const code = textOf(error, 'errorCode');
  const number = /AADSTS\d+/.exec(textOf(error, 'errorMessage'))?.[0] ?? '';
  return { isFinal: finalErrors.has(code), code, number };
}

function textOf(error: unknown, name: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? value : '';
}
