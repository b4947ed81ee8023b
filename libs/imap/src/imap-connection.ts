import type { MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { classifyImapError } from './imap-error.js';

/** How to reach a source server. */
export interface SourceServer {
  remoteServer: string;
  port: number;
  /** None: plain text. Ssl: TLS from the first byte. Tls: STARTTLS, or no connection. */
  security: 'None' | 'Ssl' | 'Tls';
  acceptUntrustedCertificates: boolean;
  /** PEM of a certificate authority to trust besides the system's. */
  caCertificate: string | null;
}

/** A login at the source, sent exactly as it stands. */
export interface SourceLogin {
  userName: string;
  password: string;
  /** Authorization identity of SASL PLAIN (RFC 4616): whose mailbox the user opens. */
  authorizeAs?: string;
}

const connectionTimeoutMs = 30_000;
/** A slow server may take minutes over a search in a large folder. */
const socketTimeoutMs = 10 * 60_000;

/** imapflow's options for a server: no fallback to plain text, no idling, nothing logged by the library. */
export function connectionOptions(server: SourceServer, login: SourceLogin | null): ImapFlowOptions {
  const tls = {
    rejectUnauthorized: !server.acceptUntrustedCertificates,
    ...(server.caCertificate === null ? {} : { ca: [server.caCertificate] }),
  };
  return {
    host: server.remoteServer,
    port: server.port,
    secure: server.security === 'Ssl',
    ...(server.security === 'Ssl' ? {} : { doSTARTTLS: server.security === 'Tls' }),
    tls,
    ...(login === null ? {} : { auth: authOf(login) }),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectionTimeoutMs,
    greetingTimeout: connectionTimeoutMs,
    socketTimeout: socketTimeoutMs,
  };
}

function authOf({ userName, password, authorizeAs }: SourceLogin): NonNullable<ImapFlowOptions['auth']> {
  const auth = { user: userName, pass: password };
  return authorizeAs === undefined ? auth : { ...auth, authzid: authorizeAs, loginMethod: 'AUTH=PLAIN' };
}

/**
 * Connects and logs in.
 * @throws MigrationError classified, with the name of the server.
 */
export async function openConnection(
  server: SourceServer,
  login: SourceLogin,
  logger: Logger,
): Promise<ImapFlow> {
  const client = new ImapFlow(connectionOptions(server, login));
  const where = `${server.remoteServer}:${server.port}`;
  // without a listener an error between two commands would end the process
  client.on('error', (error: unknown) =>
    logger.warn({ error: classifyImapError(error, where) }, 'the source connection failed'),
  );
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.close();
    throw classifyImapError(error, where);
  }
}

/** Runs one command and classifies what it throws. */
export async function classified<T>(where: string, command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    throw classifyImapError(error, where) satisfies MigrationError;
  }
}
