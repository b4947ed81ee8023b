import { type ErrorCode, type ErrorScope, MigrationError, type Retry } from '@sterna/domain';

/** What imapflow and Node attach to an error; all of it optional. */
interface Facts {
  code: string;
  message: string;
  /** NO or BAD of the tagged answer. */
  status: string;
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
  ClosedAfterConnectText: verdict('sourceDisconnected', backoff, 'the server closed the connection'),
  ClosedAfterConnectTLS: verdict('sourceDisconnected', backoff, 'the server closed the connection'),
  ETIMEOUT: verdict('sourceTimeout', backoff, 'the server fell silent'),
  NotFound: verdict('sourceFolderRefused', backoff, 'the folder does not exist any more', 'folder'),
  ETHROTTLE: verdict('sourceThrottled', backoff, 'the server asks for a pause'),
  STARTTLS_INJECTION: verdict(
    'sourceTlsRefused',
    never,
    'something was put into the connection before TLS; somebody may listen in between',
  ),
  LiteralTooLarge: verdict('sourceDisconnected', backoff, 'the server sent more than was asked for'),
  LineTooLarge: verdict('sourceDisconnected', backoff, 'the server sent a line without end'),
  ResponseTooLarge: verdict('sourceDisconnected', backoff, 'the server sent more than was asked for'),
  TooManyTokens: verdict('sourceDisconnected', backoff, 'the server sent more than was asked for'),
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
/** Node tells its own users how to start it, which says nothing to the administrator of a migration. */
const nodeHint = /; if the root CA is installed locally.*$/u;
const tlsCode = /^(ERR_SSL_|ERR_TLS_|EPROTO)/;
/** What servers say in words instead of a response code, each as one of them was seen to. */
const byWords: readonly [RegExp, Verdict][] = [
  [
    /too many (simultaneous |concurrent )?(connections|logins|sessions)|(maximum|max\.?) (number of )?connections|connection limit/i,
    verdict('sourceTooManyConnections', backoff, 'the server allows no more connections'),
  ],
  [
    /bandwidth limit|rate limit|throttled|too many (commands|requests|attempts)|try again later|slow down/i,
    verdict('sourceThrottled', backoff, 'the server asks for a pause'),
  ],
  [
    /server unavailable|authenticated but not connected|temporar(y|ily)|shutting down|internal error|not available/i,
    verdict('sourceLoginUnavailable', backoff, 'the server is unavailable for now'),
  ],
];
/** Gmail and others want another password than that of the account. */
const appPassword = /app(lication)?[- ]specific password|web ?login required|please log in via/i;

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
  const said = facts.responseText === '' ? facts.message.replace(nodeHint, '') : facts.responseText;
  const retry: Retry = facts.throttleMs === null ? found.retry : { kind: 'after', delayMs: facts.throttleMs };
  return new MigrationError({
    code: found.code,
    scope: found.scope,
    retry,
    message: `${where}: ${found.advice} (${said})`,
    cause: error,
  });
}

/**
 * Whether the server refused one command and nothing else: a tagged NO or BAD (RFC 9051 section 7.1) that does not ask
 * the whole account to slow down.
 */
export function isRefusedCommand(error: unknown): boolean {
  const { status, code } = factsOf(error);
  if (status !== 'NO' && status !== 'BAD') return false;
  const found = judge(factsOf(error)).code;
  return code !== 'ETHROTTLE' && found !== 'sourceThrottled' && found !== 'sourceTooManyConnections';
}

function judge(facts: Facts): Verdict {
  if (appPassword.test(facts.responseText)) {
    return verdict('sourceLoginRefused', never, 'the account wants an app password, or its owner to sign in');
  }
  const byResponse = byResponseCode[facts.responseCode.toUpperCase()];
  const inWords = byWords.find(([words]) => words.test(facts.responseText))?.[1];
  // a refusal for good with words of a passing one ("too many attempts") passes
  const known = byResponse?.retry.kind === 'never' ? (inWords ?? byResponse) : (byResponse ?? inWords);
  if (known !== undefined) return known;
  if (facts.isAuthentication) return verdict('sourceLoginRefused', never, 'the server refused the login');
  if (facts.code === 'CERT_PIN_MISMATCH') {
    return verdict(
      'sourceCertificateRefused',
      never,
      'the certificate is not the one of CertificateFingerprint',
    );
  }
  if (certificateCode.test(facts.code)) {
    return verdict(
      'sourceCertificateRefused',
      never,
      'the certificate is not trusted for this host name; give the certificate of its authority as CaCertificate, or set AcceptUntrustedCertificates',
    );
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
    status: text('responseStatus').toUpperCase(),
    responseCode: text('serverResponseCode'),
    // `reason` is what the server said with BYE
    responseText: text('responseText') || text('reason'),
    isAuthentication: fields['authenticationFailed'] === true,
    isTls: fields['tlsFailed'] === true,
    throttleMs: typeof fields['throttleReset'] === 'number' ? fields['throttleReset'] : null,
  };
}
