import { connect } from 'node:net';
import type { SourceAccount } from './source-mailbox.js';

/** A string as IMAP quotes it (RFC 9051 section 4.3). */
export const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/**
 * Logs in and gives these commands one after the other, as they stand: for what no library offers.
 * @returns what the server said to each, its last line included
 * @throws Error at the first that is not OK
 */
export async function runImapCommands(
  account: SourceAccount,
  commands: readonly string[],
): Promise<string[]> {
  const socket = connect({ host: account.host, port: account.port });
  socket.setEncoding('utf8');
  const reading: AsyncIterator<unknown> = socket[Symbol.asyncIterator]();
  const answers: string[] = [];
  const login = `LOGIN ${quoted(account.userName)} ${quoted(account.password)}`;
  let received = '';
  try {
    for (const [index, command] of [login, ...commands, 'LOGOUT'].entries()) {
      const tag = `a${index}`;
      const last = new RegExp(`^${tag} (.*)\r\n`, 'm');
      socket.write(`${tag} ${command}\r\n`);
      while (!last.test(received)) {
        const next = await reading.next();
        if (next.done === true) throw new Error(`${command}: the server closed the connection`);
        received += String(next.value);
      }
      const result = last.exec(received)?.[1] ?? '';
      if (!result.startsWith('OK')) throw new Error(`${command}: the server said ${result}`);
      answers.push(received);
      received = '';
    }
    return answers.slice(1, -1);
  } finally {
    socket.destroy();
  }
}
