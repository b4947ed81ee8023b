import type { Socket } from 'node:net';
import { parseCommand, type ReceivedCommand } from './command-line.js';
import { type Answer, obey, type Standing } from './commands.js';
import type { EmulatedConnection, EmulatedLogin, ImapEmulator, Reaction } from './imap-emulator.js';
import { passwordExchange } from './sasl.js';

const openLiteral = /\{(\d+)(\+?)\}\r\n$/;

/** One connection: cuts what comes into commands, and answers them one after the other. */
export class ImapConversation implements EmulatedConnection, Standing {
  login: EmulatedLogin | null = null;
  isTls = false;
  selected: Standing['selected'] = null;
  #socket: Socket | null = null;
  #received = Buffer.alloc(0);
  /** Waits for the lines of a SASL exchange instead of a command. */
  #exchange: ((line: string) => void) | null = null;

  constructor(
    readonly emulator: ImapEmulator,
    readonly number: number,
  ) {}

  talk(socket: Socket, isTls: boolean): void {
    this.#socket = socket;
    this.isTls = isTls;
    this.#received = Buffer.alloc(0);
    socket.on('data', (data: Buffer) => {
      this.#received = Buffer.concat([this.#received, data]);
      this.#read();
    });
    if (this.login !== null || (isTls && this.emulator.options.tls?.isImplicit !== true)) return;
    this.#say(`${this.emulator.options.greeting ?? '* OK the emulated server is ready'}\r\n`);
  }

  #read(): void {
    for (let end = this.#endOfLine(0); end !== -1; end = this.#endOfLine(0)) {
      if (this.#exchange !== null) {
        const line = this.#take(end).toString('latin1').trimEnd();
        this.#exchange(line);
        continue;
      }
      const whole = this.#endOfCommand();
      if (whole === -1) return;
      this.#handle(this.#take(whole));
    }
  }

  #endOfLine(from: number): number {
    const at = this.#received.indexOf('\r\n', from);
    return at === -1 ? -1 : at + 2;
  }

  /** Where the command ends that begins the buffer; asks for its next literal where that did not come yet. */
  #endOfCommand(): number {
    for (let from = 0; ;) {
      const end = this.#endOfLine(from);
      if (end === -1) return -1;
      const literal = openLiteral.exec(this.#received.toString('latin1', from, end));
      if (literal === null) return end;
      const after = end + Number(literal[1]);
      if (this.#received.length < after) {
        if (literal[2] === '' && this.#received.length === end) this.#say('+ go on\r\n');
        return -1;
      }
      from = after;
    }
  }

  #take(bytes: number): Buffer {
    const taken = this.#received.subarray(0, bytes);
    this.#received = this.#received.subarray(bytes);
    return taken;
  }

  #handle(bytes: Buffer): void {
    const command = parseCommand(bytes.subarray(0, bytes.length - 2));
    this.emulator.commands.push(command);
    const reaction = this.emulator.options.react?.(command, this) ?? null;
    if (reaction !== null && !this.#react(reaction, command)) return;
    if (command.name === 'AUTHENTICATE') this.#authenticate(command);
    else this.#perform(obey(command, this));
  }

  /** Whether the command is obeyed all the same. */
  #react(reaction: Reaction, { tag }: ReceivedCommand): boolean {
    if (reaction.kind === 'silence') return false;
    const { text } = reaction;
    this.#say(typeof text === 'string' ? text.replaceAll('{tag}', tag) : text);
    if (reaction.kind === 'sayAndClose') this.#socket?.end();
    return reaction.kind === 'saySomethingFirst';
  }

  #authenticate(command: ReceivedCommand): void {
    const end = (login: EmulatedLogin): void => {
      this.#exchange = null;
      this.#perform(obey(command, this, login));
    };
    const lines = passwordExchange(command, (text) => this.#say(`+ ${text}\r\n`), end);
    if (lines === null) this.#perform({ text: `${command.tag} NO no such mechanism\r\n` });
    else if (!lines.isDone) this.#exchange = lines.next;
  }

  #perform({ text, then }: Answer): void {
    this.#say(text);
    if (then === 'close') this.#socket?.end();
    if (then !== 'startTls' || this.#socket === null) return;
    const plain = this.#socket;
    plain.removeAllListeners('data');
    this.talk(this.emulator.secure(plain), true);
  }

  #say(text: string | Buffer): void {
    if (this.#socket?.writable === true)
      this.#socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }
}
