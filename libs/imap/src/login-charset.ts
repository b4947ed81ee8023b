import type { ImapFlow } from 'imapflow';

/** In which octets a user name and a password are sent. */
export type LoginCharset = 'utf8' | 'latin1';

interface Argument {
  type: string;
  value: string | Buffer;
  sensitive?: boolean;
}

interface CommandOptions {
  /** Answers a challenge of the server. */
  onPlusTag?: (challenge: unknown) => Promise<void>;
}

/** What imapflow sends every command with. */
interface Sender {
  exec(command: string, args: Argument[], options?: CommandOptions): Promise<unknown>;
  write(line: string | Buffer): unknown;
}

const isSender = (client: object): client is Sender =>
  'exec' in client &&
  typeof client.exec === 'function' &&
  'write' in client &&
  typeof client.write === 'function';

/** A quoted string holds 7-bit characters alone, unless UTF8=ACCEPT is enabled, which cannot be before a login. */
const isQuotable = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/**
 * Has imapflow send a login in the octets of a character set. LOGIN gets a literal where a quoted string may not hold
 * the characters (RFC 3501 section 9: CHAR8, RFC 6855 section 5); what AUTHENTICATE sends is base64 and needs nothing
 * but the character set. Other commands are left alone.
 */
export function sendLoginsIn(client: ImapFlow, charset: LoginCharset): void {
  const sender: object = client;
  if (!isSender(sender)) throw new Error('imapflow has no exec() and write() any more');
  const exec = sender.exec.bind(sender);
  sender.exec = (command, args, options) => {
    switch (command.toUpperCase()) {
      case 'LOGIN':
        return exec(
          command,
          args.map((argument) => loginArgument(argument, charset)),
          options,
        );
      case 'AUTHENTICATE':
        return exec(command, args, charset === 'utf8' ? options : answersIn(sender, charset, options));
      default:
        return exec(command, args, options);
    }
  };
}

function loginArgument(argument: Argument, charset: LoginCharset): Argument {
  const text = argument.value.toString();
  if (isQuotable(text)) return argument;
  return { ...argument, type: 'LITERAL', value: Buffer.from(text, charset) };
}

/** imapflow writes its answers to challenges as base64 of UTF-8. */
function answersIn(sender: Sender, charset: LoginCharset, options: CommandOptions = {}): CommandOptions {
  const { onPlusTag } = options;
  if (onPlusTag === undefined) return options;
  return {
    ...options,
    async onPlusTag(challenge) {
      const write = sender.write.bind(sender);
      sender.write = (line) => {
        const answer = Buffer.from(line.toString(), 'base64').toString('utf8');
        return write(Buffer.from(answer, charset).toString('base64'));
      };
      try {
        await onPlusTag(challenge);
      } finally {
        sender.write = write;
      }
    },
  };
}

/**
 * The character sets to try, one after the other. Who has characters beyond ASCII in a password gave it to the server
 * in UTF-8 as a rule (RFC 8265), and in Latin-1 where clients of old did not know better.
 */
export function loginCharsets(login: {
  userName: string;
  password: string;
}): [LoginCharset, ...LoginCharset[]] {
  const text = login.userName + login.password;
  const differs = /[\x80-\xff]/.test(text) && !/[^\x00-\xff]/.test(text);
  return differs ? ['utf8', 'latin1'] : ['utf8'];
}
