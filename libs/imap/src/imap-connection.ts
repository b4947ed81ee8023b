import type { SourceLogin } from '@sterna/credentials';
import { asMigrationError, MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import { classifyImapError } from './imap-error.js';
import { type LoginCharset, loginCharsets, sendLoginsIn } from './login-charset.js';
import { type ServerAddress, transportTo } from './source-transport.js';
import { challengeStatus, limitMechanism, mechanismMissing } from './token-login.js';

/** How to reach a source server. */
export interface SourceServer extends ServerAddress {
  /** None: plain text. Ssl: TLS from the first byte. Tls: STARTTLS, or no connection. */
  security: 'None' | 'Ssl' | 'Tls';
}

const connectionTimeoutMs = 30_000;
/** A slow server may take minutes over a search in a large folder. */
const socketTimeoutMs = 5 * 60_000;
/**
 * The most octets of one answer: a server may send more than it announced and more than was asked for. Enough for a
 * whole large message of a server that knows no partial fetches, and for the numbers of seven million messages.
 */
const answerBytes = 64 * 1024 * 1024;

/** imapflow's options for a server: no fallback to plain text, no idling, nothing logged by the library. */
export function connectionOptions(server: SourceServer, login: SourceLogin | null): ImapFlowOptions {
  return {
    host: server.remoteServer,
    port: server.port,
    secure: server.security === 'Ssl',
    ...(server.security === 'Ssl' ? {} : { doSTARTTLS: server.security === 'Tls' }),
    transport: transportTo(server),
    maxLineLength: answerBytes,
    maxLiteralSize: answerBytes,
    maxResponseSize: answerBytes,
    ...(login === null ? {} : { auth: authOf(login) }),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: connectionTimeoutMs,
    greetingTimeout: connectionTimeoutMs,
    socketTimeout: socketTimeoutMs,
  };
}

function authOf(login: SourceLogin): NonNullable<ImapFlowOptions['auth']> {
  if ('accessToken' in login) return { user: login.userName, accessToken: login.accessToken };
  const { userName, password, authorizeAs, method } = login;
  const auth = { user: userName, pass: password, ...(method !== undefined && { loginMethod: method }) };
  return authorizeAs === undefined ? auth : { ...auth, authzid: authorizeAs, loginMethod: 'AUTH=PLAIN' };
}

/** Why a connection ended, where it was not the server that closed it; commands only hear that it is gone. */
const faults = new WeakMap<ImapFlow, unknown>();

/**
 * Classifies what a command on a connection threw.
 * @param where the name of the server
 */
export function classifyOn(client: ImapFlow, where: string, error: unknown): MigrationError {
  const found = classifyImapError(error, where);
  const fault = faults.get(client);
  return found.code === 'sourceDisconnected' && fault !== undefined ? classifyImapError(fault, where) : found;
}

/**
 * Connects and logs in; a login that may be meant in either of two character sets is tried in both.
 * @throws MigrationError classified, with the name of the server.
 */
export async function openConnection(
  server: SourceServer,
  login: SourceLogin,
  logger: Logger,
): Promise<ImapFlow> {
  const [first, ...others]: LoginCharset[] = 'accessToken' in login ? ['utf8'] : loginCharsets(login);
  try {
    return await connectOnce(server, login, { charset: first ?? 'utf8', logger });
  } catch (error) {
    const [second] = others;
    if (second === undefined || asMigrationError(error).code !== 'sourceLoginRefused') throw error;
    return connectOnce(server, login, { charset: second, logger });
  }
}

async function connectOnce(
  server: SourceServer,
  login: SourceLogin,
  { charset, logger }: { charset: LoginCharset; logger: Logger },
): Promise<ImapFlow> {
  const client = new ImapFlow(connectionOptions(server, login));
  if ('accessToken' in login) limitMechanism(client, login);
  else sendLoginsIn(client, charset);
  const where = `${server.remoteServer}:${server.port}`;
  // without a listener an error between two commands would end the process
  client.on('error', (error: unknown) => {
    faults.set(client, error);
    logger.warn({ error: classifyImapError(error, where) }, 'the source connection failed');
  });
  try {
    await client.connect();
    return client;
  } catch (error) {
    const fault = loginFault(error, { client, login, where });
    client.close();
    throw fault;
  }
}

function loginFault(
  error: unknown,
  { client, login, where }: { client: ImapFlow; login: SourceLogin; where: string },
): MigrationError {
  const found = classifyImapError(error, where);
  if (!('accessToken' in login)) return found;
  if (found.code === 'sourceProtocol') return mechanismMissing(client, login, where) ?? found;
  const status = challengeStatus(error);
  if (found.code !== 'sourceLoginRefused' || status === '') return found;
  const { code, scope, retry } = found;
  const message = `${where}: the server refused the token (${status})`;
  return new MigrationError({ code, scope, retry, message, cause: error });
}
