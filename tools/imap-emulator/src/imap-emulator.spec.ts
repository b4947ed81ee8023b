import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ImapEmulator } from './imap-emulator.js';
import { emulatedMessage } from './mailbox.js';

let emulator: ImapEmulator | null = null;
let socket: Socket | null = null;
afterEach(async () => {
  socket?.destroy();
  await emulator?.stop();
});

/** Sends lines and gives all that comes until the last answer has the tag. */
async function talk(lines: readonly string[], until: string): Promise<string> {
  const open = (socket = connect({ host: '127.0.0.1', port: emulator?.port ?? 0 }));
  let text = '';
  open.write(lines.map((line) => `${line}\r\n`).join(''));
  for await (const data of open) {
    text += String(data);
    if (text.includes(until)) break;
  }
  return text;
}

it('shows a mailbox to a client that reads', async () => {
  const messages = [emulatedMessage(3, { flags: ['\\Seen'] }), emulatedMessage(9, { statedBytes: 5 })];
  emulator = await ImapEmulator.start({ folders: [{ name: 'INBOX', uidValidity: 7, messages }] });
  const text = await talk(
    [
      'a LOGIN {4+}\r\nuser "pass \\"word"',
      'b LIST "" "*"',
      'c EXAMINE inbox',
      'd UID SEARCH UID 4:*',
      'e UID FETCH 1:* (FLAGS RFC822.SIZE BODY.PEEK[HEADER.FIELDS (SUBJECT)] BODY.PEEK[]<0.4>)',
      'f LOGOUT',
    ],
    'f OK',
  );
  expect(emulator.logins).toEqual([
    { mechanism: 'LOGIN', userName: 'user', password: 'pass "word', authorizeAs: '' },
  ]);
  expect(text).toContain('* LIST () "/" "INBOX"\r\n');
  expect(text).toContain('* OK [UIDVALIDITY 7] valid\r\n* OK [UIDNEXT 10] next\r\n');
  expect(text).toContain('* SEARCH 9\r\n');
  expect(text).toContain('* 1 FETCH (UID 3 FLAGS (\\Seen) RFC822.SIZE ');
  expect(text).toContain(
    'RFC822.SIZE 5 BODY[HEADER.FIELDS (SUBJECT)] {22}\r\nSubject: message 9\r\n\r\n BODY[]<0> {4}\r\nMess)\r\n',
  );
});

it('does what its script says instead of obeying', async () => {
  emulator = await ImapEmulator.start({
    logIn: () => '[AUTHENTICATIONFAILED] no',
    react: ({ name }) => (name === 'NOOP' ? { kind: 'sayAndClose', text: '* BYE enough\r\n' } : null),
  });
  const text = await talk(['a LOGIN x y', 'b NOOP'], 'enough');
  expect(text).toContain('a NO [AUTHENTICATIONFAILED] no\r\n* BYE enough\r\n');
});
