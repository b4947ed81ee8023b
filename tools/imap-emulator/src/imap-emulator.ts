import { createServer, type Server, type Socket } from 'node:net';
import {
  createSecureContext,
  createServer as createTlsServer,
  type SecureContextOptions,
  TLSSocket,
} from 'node:tls';
import type { ReceivedCommand } from './command-line.js';
import { ImapConversation } from './imap-conversation.js';
import type { EmulatedFolder } from './mailbox.js';

/** Who wants in, and how. */
export interface EmulatedLogin {
  mechanism: 'LOGIN' | 'PLAIN' | 'XOAUTH2' | 'OAUTHBEARER';
  userName: string;
  /** The token of XOAUTH2 and OAUTHBEARER. */
  password: string;
  /** Authorization identity of PLAIN (RFC 4616); '' for none. */
  authorizeAs: string;
}

/** What the server does instead of obeying a command; `{tag}` in the text stands for the command's tag. */
export type Reaction =
  | { kind: 'say'; text: string | Buffer }
  | { kind: 'sayAndClose'; text: string | Buffer }
  | { kind: 'saySomethingFirst'; text: string | Buffer }
  | { kind: 'silence' };

export interface ImapEmulatorOptions {
  /** The whole line, without CRLF. */
  greeting?: string;
  /** Before the login, IMAP4rev1 included. */
  capabilities?: readonly string[];
  /** After the login; the same unless given. */
  capabilitiesInside?: readonly string[];
  /** The text of the NO, response code included, or null to let in; everybody is let in unless given. */
  logIn?: (login: EmulatedLogin) => string | null;
  folders?: EmulatedFolder[];
  /** The folders of who logged in, where they differ. */
  foldersOf?: (login: EmulatedLogin) => EmulatedFolder[];
  /** Between the names of nested folders; null for a server without hierarchy. `/` unless given. */
  delimiter?: string | null;
  /** The answer to NAMESPACE after `* NAMESPACE `. */
  namespaces?: string;
  /** PEM of certificate and key: STARTTLS where the capabilities have it, TLS from the start if `isImplicitTls`. */
  tls?: { certificate: string; key: string; isImplicit?: boolean; maxVersion?: 'TLSv1.1' | 'TLSv1.2' };
  /** Called for every command; null means that it is obeyed. */
  react?: (command: ReceivedCommand, connection: EmulatedConnection) => Reaction | null;
}

/** A connection, for scripts that count or behave differently on each. */
export interface EmulatedConnection {
  /** From 1 on. */
  readonly number: number;
  readonly login: EmulatedLogin | null;
  readonly isTls: boolean;
}

/**
 * An IMAP server (RFC 3501) on a port of the loopback address that behaves as it is told: a mailbox of messages that a
 * test may change at any time, capabilities, logins, and a script that may answer any command in its own way. It
 * obeys what a client that reads needs, and answers BAD to everything else.
 */
export class ImapEmulator {
  /** Every command that came, on whatever connection. */
  readonly commands: ReceivedCommand[] = [];
  readonly logins: EmulatedLogin[] = [];
  readonly #sockets = new Set<Socket>();
  #connections = 0;

  private constructor(
    readonly options: ImapEmulatorOptions,
    private readonly server: Server,
  ) {
    server.on('connection', (socket: Socket) => this.#accept(socket));
    server.on('secureConnection', (socket: TLSSocket) => this.#talk(socket, true));
  }

  static async start(options: ImapEmulatorOptions = {}): Promise<ImapEmulator> {
    const { tls } = options;
    const server = tls?.isImplicit === true ? createTlsServer(contextOf(tls)) : createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: '127.0.0.1', port: 0 }, resolve);
    });
    return new ImapEmulator(options, server);
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('the emulator is stopped');
    return address.port;
  }

  /** How many connections there are now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** How many connections there were. */
  get connections(): number {
    return this.#connections;
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (this.options.tls?.isImplicit !== true) this.#talk(socket, false);
  }

  #talk(socket: Socket, isTls: boolean): void {
    this.#connections += 1;
    socket.on('error', () => socket.destroy());
    new ImapConversation(this, this.#connections).talk(socket, isTls);
  }

  /** TLS as a server over a connection. @throws Error without a certificate */
  secure(socket: Socket): TLSSocket {
    const { tls } = this.options;
    if (tls === undefined) throw new Error('the emulator has no certificate');
    const secureContext = createSecureContext(contextOf(tls));
    const secure = new TLSSocket(socket, { isServer: true, secureContext });
    // the alert that says why goes out first
    secure.on('error', () => socket.destroySoon());
    return secure;
  }

  /** Breaks all connections off, as a server that crashes. */
  breakOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.breakOff();
    await new Promise((resolve) => {
      this.server.close(resolve);
    });
  }
}

function contextOf({ certificate: cert, key, maxVersion }: NonNullable<ImapEmulatorOptions['tls']>) {
  const context: SecureContextOptions = { cert, key };
  if (maxVersion === undefined) return context;
  return { ...context, minVersion: 'TLSv1' as const, maxVersion, ciphers: 'DEFAULT@SECLEVEL=0' };
}
