import { type ReceivedCommand, textOf } from './command-line.js';
import type { EmulatedLogin } from './imap-emulator.js';

/** An exchange that waits for a line, or has ended with the initial response already. */
export type SaslExchange = { isDone: true } | { isDone: false; next: (line: string) => void };

const decode = (text: string): string => Buffer.from(text === '=' ? '' : text, 'base64').toString('utf8');

/** Reads what an AUTHENTICATE sends (RFC 9051 section 6.2.2); null for a mechanism that is not known. */
export function passwordExchange(
  command: ReceivedCommand,
  ask: (text: string) => void,
  end: (login: EmulatedLogin) => void,
): SaslExchange | null {
  const [mechanism, initial] = command.arguments.map(textOf);
  const read = readers[mechanism?.toUpperCase() ?? ''];
  if (mechanism?.toUpperCase() === 'LOGIN') return loginExchange(ask, end);
  if (read === undefined) return null;
  if (initial !== undefined) {
    end(read(decode(initial)));
    return { isDone: true };
  }
  ask('');
  return { isDone: false, next: (line) => end(read(decode(line))) };
}

const readers: Record<string, (response: string) => EmulatedLogin> = {
  PLAIN: (response) => {
    const [authorizeAs = '', userName = '', password = ''] = response.split('\0');
    return { mechanism: 'PLAIN', userName, password, authorizeAs };
  },
  XOAUTH2: (response) => ({
    mechanism: 'XOAUTH2',
    userName: /^user=(.*?)\x01/.exec(response)?.[1] ?? '',
    password: /auth=Bearer (.*?)\x01/i.exec(response)?.[1] ?? '',
    authorizeAs: '',
  }),
  OAUTHBEARER: (response) => ({
    mechanism: 'OAUTHBEARER',
    userName: /^n,a=(.*?),/.exec(response)?.[1] ?? '',
    password: /auth=Bearer (.*?)\x01/i.exec(response)?.[1] ?? '',
    authorizeAs: '',
  }),
};

/** The two questions of the LOGIN mechanism. */
function loginExchange(ask: (text: string) => void, end: (login: EmulatedLogin) => void): SaslExchange {
  let userName: string | null = null;
  ask(Buffer.from('Username:').toString('base64'));
  return {
    isDone: false,
    next: (line) => {
      if (userName !== null) {
        end({ mechanism: 'LOGIN', userName, password: decode(line), authorizeAs: '' });
        return;
      }
      userName = decode(line);
      ask(Buffer.from('Password:').toString('base64'));
    },
  };
}
