import type { AvailabilityStepName } from './availability.js';
import { CertificateRefused } from './certificate.js';
import type { SourceServer } from './imap-connection.js';
import { classifyImapError } from './imap-error.js';

/** What failed, and what to do about it. */
export interface Advice {
  detail: string;
  advice: string;
}

const portsOf = '993 is usual for Ssl, 143 for Tls and None';

/**
 * Says what to do about a failed step. Most failures of TLS and of the greeting come from a Security that the port
 * does not have, which shows only in how the server is silent or what it says.
 */
export function adviseOn(step: AvailabilityStepName, error: unknown, server: SourceServer): Advice {
  const where = `${server.remoteServer}:${server.port}`;
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof CertificateRefused) return { detail, advice: `${where}: ${error.advice}` };
  const code = codeOf(error);
  const classified = classifyImapError(error, where);
  switch (step) {
    case 'connect':
      return { detail, advice: `${classified.message}; check Port (${portsOf}) and the firewalls between` };
    case 'greeting':
      if (server.security !== 'Ssl' && code === 'ETIMEDOUT') {
        return {
          detail: 'the server says nothing',
          advice: `${where}: a server that waits for TLS is silent like that; try Security Ssl (${portsOf})`,
        };
      }
      return { detail, advice: `${where}: this is no IMAP server, or it refuses; check Port (${portsOf})` };
    case 'tls':
      return code === 'ERR_SSL_WRONG_VERSION_NUMBER'
        ? {
            detail: 'the server does not begin with TLS',
            advice: `${where}: try Security Tls, which begins in the clear, or another Port (${portsOf})`,
          }
        : { detail, advice: startTlsAdvice(where, detail) ?? classified.message };
    case 'resolve':
    case 'capabilities':
    case 'login':
      return { detail, advice: classified.message };
  }
}

/** The server answered STARTTLS with NO or BAD. */
function startTlsAdvice(where: string, detail: string): string | null {
  if (!detail.startsWith('STARTTLS:')) return null;
  return `${where}: the server offers no STARTTLS here; try Security Ssl (${portsOf}), or None on a safe way`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
