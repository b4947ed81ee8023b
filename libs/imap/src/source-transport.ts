import { connect as connectTcp, Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { ImapTransport } from 'imapflow';
import { checkPin, serverNameOf, type TlsSettings, tlsOptionsOf } from './source-tls.js';

/** Where a server is, and how far it is to be trusted. */
export interface ServerAddress extends TlsSettings {
  remoteServer: string;
  port: number;
}

/** Opens a TCP connection. */
export function openSocket({ remoteServer: host, port }: ServerAddress, onConnect: () => void): Socket {
  return connectTcp({ host, port }, onConnect);
}

/**
 * Starts TLS over an open socket, or over a new one. A certificate that is not the pinned one ends the connection
 * before anything is said on it.
 */
export function openTls(server: ServerAddress, socket: Socket | null, onSecure: () => void): TLSSocket {
  const { remoteServer: host, port } = server;
  const secure = connectTls(
    { ...tlsOptionsOf(server), ...serverNameOf(host), host, port, ...(socket === null ? {} : { socket }) },
    () => {
      const fault = checkPin(server, secure);
      if (fault === null) onSecure();
      else secure.destroy(fault);
    },
  );
  return secure;
}

/** The connections of imapflow, made as the settings of the server ask. */
export function transportTo(server: ServerAddress): ImapTransport {
  return {
    connect: ({ secure }, onConnect) =>
      secure ? openTls(server, null, onConnect) : openSocket(server, onConnect),
    upgrade: (socket, _, onSecure) => {
      if (socket instanceof Socket) return openTls(server, socket, onSecure);
      throw new Error('imapflow gives back another socket than it was given');
    },
  };
}
