import { type ErrorCode, type ErrorScope, MigrationError, type Retry } from '@sterna/domain';

/** What imapflow and Node attach to an error; all of it optional. */
interface Facts {
  code: string;
  message: string;
  responseCode: string;
  responseText: string;
  isAuthentication: boolean;
  isTls: boolean;
  throttleMs: number | null;
}

interface Verdict {
  code: ErrorCode;
  scope: ErrorScope;
  retry: Retry;
  advice: string;
}

const never: Retry = { kind: 'never' };
const backoff: Retry = { kind: 'backoff' };

const byNodeCode: Record<string, Verdict> = {
  ENOTFOUND: verdict('sourceHostUnknown', never, 'the host name does not exist; check RemoteServer'),
  EAI_AGAIN: verdict('sourceHostUnknown', backoff, 'the name servers did not answer'),
  ECONNREFUSED: verdict('sourceUnreachable', backoff, 'nothing listens on this port, or a firewall refuses'),
  EHOSTUNREACH: verdict('sourceUnreachable', backoff, 'there is no route to the server'),
  ENETUNREACH: verdict('sourceUnreachable', backoff, 'there is no route to the server'),
  ETIMEDOUT: verdict('sourceTimeout', backoff, 'the server did not answer in time'),
  CONNECT_TIMEOUT: verdict('sourceTimeout', backoff, 'the server did not accept the connection in time'),
  GREETING_TIMEOUT: verdict('sourceTimeout', backoff, 'the server sent no greeting; does the port want Ssl?'),
  UPGRADE_TIMEOUT: verdict('sourceTimeout', backoff, 'STARTTLS did not end in time'),
  ECONNRESET: verdict('sourceDisconnected', backoff, 'the server closed the connection'),
  EPIPE: verdict('sourceDisconnected', backoff, 'the server closed the connection'),
  NoConnection: verdict('sourceDisconnected', backoff, 'the connection is gone'),
  EConnectionClosed: verdict('sourceDisconnected', backoff, 'the server closed the connection'),
  ETHROTTLE: verdict('sourceThrottled', backoff, 'the server asks for a pause'),
};

/** Response codes of RFC 9051 section 7.1 and RFC 5530, and [LIMIT] and [THROTTLED] of large providers. */
const byResponseCode: Record<string, Verdict> = {
  AUTHENTICATIONFAILED: verdict('sourceLoginRefused', never, 'user name or password are wrong'),
  AUTHORIZATIONFAILED: verdict('sourceLoginRefused', never, 'the account may not act for this mailbox'),
  EXPIRED: verdict('sourceLoginRefused', never, 'the password has expired'),
  PRIVACYREQUIRED: verdict('sourceLoginRefused', never, 'the server wants TLS: use Security Ssl or Tls'),
  CONTACTADMIN: verdict('sourceLoginRefused', never, 'the server asks to contact its administrator'),
  UNAVAILABLE: verdict('sourceLoginUnavailable', backoff, 'the server is unavailable for now'),
  INUSE: verdict('sourceTooManyConnections', backoff, 'the mailbox is in use by another client'),
  LIMIT: verdict('sourceTooManyConnections', backoff, 'a limit of the server was met'),
  THROTTLED: verdict('sourceThrottled', backoff, 'the server asks for a pause'),
  OVERQUOTA: verdict('sourceThrottled', backoff, 'a quota of the server was met'),
  NONEXISTENT: verdict('sourceFolderRefused', never, 'the folder does not exist any more', 'folder'),
  NOPERM: verdict('sourceFolderRefused', never, 'the account may not read the folder', 'folder'),
};

const certificateCode = /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;
const tlsCode = /^(ERR_SSL_|ERR_TLS_|EPROTO)/;
const tooMany = /too many (simultaneous )?connections|maximum number of connections/i;

function verdict(code: ErrorCode, retry: Retry, advice: string, scope: ErrorScope = 'account'): Verdict {
  return { code, scope, retry, advice };
}

/**
 * Says what an error of imapflow or of the network means. The message names the server's own words where it
 * sent some, for they are what an administrator can search for; no password is ever part of them.
 */
export function classifyImapError(error: unknown, where: string): MigrationError {
  if (error instanceof MigrationError) return error;
  const facts = factsOf(error);
  const found = judge(facts);
  const said = facts.responseText === '' ? facts.message : facts.responseText;
  const retry: Retry = facts.throttleMs === null ? found.retry : { kind: 'after', delayMs: facts.throttleMs };
  return new MigrationError({
    code: found.code,
    scope: found.scope,
    retry,
    message: `${where}: ${found.advice} (${said})`,
    cause: error,
  });
}

function judge(facts: Facts): Verdict {
  if (tooMany.test(facts.responseText) || tooMany.test(facts.message)) {
    return verdict('sourceTooManyConnections', backoff, 'the server allows no more connections');
  }
  const byResponse = byResponseCode[facts.responseCode.toUpperCase()];
  if (byResponse !== undefined) return byResponse;
  if (facts.isAuthentication) return verdict('sourceLoginRefused', never, 'the server refused the login');
  if (certificateCode.test(facts.code)) {
    return verdict('sourceCertificateRefused', never, 'the certificate is not trusted for this host name');
  }
  if (facts.isTls || tlsCode.test(facts.code)) {
    return verdict('sourceTlsRefused', never, 'TLS could not be started; check Port and Security');
  }
  return (
    byNodeCode[facts.code] ?? verdict('sourceProtocol', backoff, 'the server answered what was not expected')
  );
}

function factsOf(error: unknown): Facts {
  const fields: Record<string, unknown> = typeof error === 'object' && error !== null ? { ...error } : {};
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return {
    code: text('code'),
    message: error instanceof Error ? error.message : String(error),
    responseCode: text('serverResponseCode'),
    responseText: text('responseText'),
    isAuthentication: fields['authenticationFailed'] === true,
    isTls: fields['tlsFailed'] === true,
    throttleMs: typeof fields['throttleReset'] === 'number' ? fields['throttleReset'] : null,
  };
}
