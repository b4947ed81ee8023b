import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { SourceServer } from './imap-connection.js';
import { openSocket, openTls } from './source-transport.js';

const timeoutMs = 15_000;
const maxAnswerBytes = 64 * 1024;

/** Opens a TCP connection. */
export function openTcp(server: SourceServer): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = openSocket(server, () => {
      socket.removeListener('error', reject);
      resolve(socket);
    });
    limited(socket, 'the connection').once('error', reject);
  });
}

/**
 * Starts TLS on an open socket, also with a server whose certificate is not trusted, so that it can be looked at:
 * whoever calls this has to ask `authorized` before anything is sent. What the server sent before TLS is thrown
 * away, so nothing that was put into the plain text counts (RFC 9051 section 6.2.1).
 */
export function startTls(server: SourceServer, socket: Socket): Promise<TLSSocket> {
  socket.read();
  return new Promise((resolve, reject) => {
    const secure = openTls({ ...server, acceptUntrustedCertificates: true }, socket, () => {
      secure.removeListener('error', reject);
      resolve(secure);
    });
    limited(secure, 'TLS').once('error', reject);
  });
}

function limited<S extends Socket>(socket: S, what: string): S {
  return socket.setTimeout(timeoutMs, () => socket.destroy(timedOut(what)));
}

/** Reads lines until one begins with `tag`; rejects on the end of the connection, time or size. */
export function readUntil(socket: Socket, tag: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    let text = '';
    const settle = (finish: () => void): void => {
      socket.removeListener('data', onData);
      socket.removeListener('error', onError);
      socket.removeListener('end', onEnd);
      finish();
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onEnd = (): void => settle(() => reject(new Error('the server closed the connection')));
    const onData = (data: Buffer): void => {
      text += data.toString('latin1');
      const lines = text.split('\r\n').slice(0, -1);
      if (lines.some((line) => line.startsWith(tag))) settle(() => resolve(lines));
      else if (text.length > maxAnswerBytes) settle(() => reject(new Error('the answer is no IMAP')));
    };
    socket.on('data', onData);
    socket.on('error', onError);
    socket.on('end', onEnd);
  });
}

/** The greeting of an IMAP server. @throws Error when it is none, or refuses (RFC 9051 section 7.1.5) */
export async function readGreeting(socket: Socket): Promise<string> {
  const [greeting = ''] = await readUntil(socket, '');
  if (/^\* (OK|PREAUTH)\b/iu.test(greeting)) return greeting;
  throw new Error(`the server said "${greeting.slice(0, 200)}"`);
}

/** Sends a command and returns the lines of its answer. @throws Error when the server does not say OK. */
export async function command(socket: Socket, tag: string, text: string): Promise<string[]> {
  const answer = readUntil(socket, `${tag} `);
  socket.write(`${tag} ${text}\r\n`);
  const lines = await answer;
  const last = lines.find((line) => line.startsWith(`${tag} `)) ?? '';
  if (!last.toUpperCase().startsWith(`${tag} OK`))
    throw new Error(`${text}: the server said "${last.slice(0, 200)}"`);
  return lines;
}

function timedOut(what: string): Error {
  return Object.assign(new Error(`${what} took longer than ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}
