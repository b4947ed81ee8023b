import { type TokenLogin, tokenMechanisms } from '@sterna/credentials';
import { MigrationError } from '@sterna/domain';
import type { ImapFlow } from 'imapflow';

/**
 * imapflow answers both mechanisms' error challenge as their rules want (an empty line, or ^A of RFC 7628 section
 * 3.2.3), but it takes OAUTHBEARER wherever that is offered, however broken, and has no option for it. So the
 * mechanism that the endpoint does not want is taken out of the capabilities, which imapflow replaces as a whole.
 */
export function limitMechanism(client: ImapFlow, { mechanism }: TokenLogin): void {
  if (mechanism === 'auto') return;
  let current = client.capabilities;
  Object.defineProperty(client, 'capabilities', {
    configurable: true,
    enumerable: true,
    get: () => current,
    set: (next: typeof current) => {
      for (const other of tokenMechanisms) if (other !== mechanism) next.delete(`AUTH=${other}`);
      current = next;
    },
  });
}

/**
 * What imapflow throws without a code when the server offers no mechanism that takes a token: null when that is not
 * what happened.
 */
export function mechanismMissing(client: ImapFlow, login: TokenLogin, where: string): MigrationError | null {
  const offered = [...client.capabilities.keys()].filter((name) => name.startsWith('AUTH='));
  const { mechanism } = login;
  const wanted = tokenMechanisms.filter((known) => mechanism === 'auto' || known === mechanism);
  const isConnected = client.capabilities.size > 0;
  if (!isConnected || wanted.some((name) => client.capabilities.has(`AUTH=${name}`))) return null;
  return new MigrationError({
    code: 'sourceLoginUnavailable',
    scope: 'account',
    retry: { kind: 'never' },
    message: `${where}: the server offers no login by ${wanted.join(' or ')} (it offers ${offered.join(', ') || 'none by SASL'})`,
  });
}

/** The `status` of the server's error challenge (RFC 7628 section 3.2.2), such as invalid_token; '' without one. */
export function challengeStatus(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('oauthError' in error)) return '';
  const challenge = error.oauthError;
  if (typeof challenge !== 'object' || challenge === null || !('status' in challenge)) return '';
  const { status } = challenge;
  return typeof status === 'string' && /^[\w.-]{1,64}$/.test(status) ? status : '';
}
