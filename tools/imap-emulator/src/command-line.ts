/** An argument of a command: an atom or a string, or a list in parentheses. */
export type Argument = Buffer | Argument[];

/** A command as it came, its literals among the pieces. */
export interface ReceivedCommand {
  tag: string;
  /** In upper case; `UID FETCH` and its like are one name. */
  name: string;
  arguments: Argument[];
  /** All of it as it came, literals included. */
  text: string;
}

const compound = new Set(['UID']);
const space = 0x20;
const quote = 0x22;
const backslash = 0x5c;
const open = 0x28;
const close = 0x29;

/** Parses a whole command (RFC 9051 section 9), whose literals stand as `{n}` CRLF and n octets. @throws Error */
export function parseCommand(bytes: Buffer): ReceivedCommand {
  const reader = new Reader(bytes);
  const tag = reader.atom().toString('latin1');
  const first = reader.atom().toString('latin1').toUpperCase();
  const name = compound.has(first) ? `${first} ${reader.atom().toString('latin1').toUpperCase()}` : first;
  return { tag, name, arguments: reader.list(null), text: bytes.toString('latin1') };
}

class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  atom(): Buffer {
    this.#skipSpaces();
    const start = this.#at;
    let depth = 0;
    for (; this.#at < this.bytes.length; this.#at += 1) {
      const byte = this.bytes[this.#at] ?? 0;
      // BODY.PEEK[HEADER.FIELDS (A B)]<0.1> is one atom
      if (byte === 0x5b) depth += 1;
      if (byte === 0x5d) depth -= 1;
      if (depth === 0 && (byte === space || byte === open || byte === close)) break;
    }
    return this.bytes.subarray(start, this.#at);
  }

  list(end: number | null): Argument[] {
    const found: Argument[] = [];
    for (;;) {
      this.#skipSpaces();
      const byte = this.bytes[this.#at];
      if (byte === undefined) {
        if (end === null) return found;
        throw new Error('a parenthesis is not closed');
      }
      if (byte === end) {
        this.#at += 1;
        return found;
      }
      found.push(this.#one(byte));
    }
  }

  #one(byte: number): Argument {
    if (byte === open) {
      this.#at += 1;
      return this.list(close);
    }
    if (byte === quote) return this.#quoted();
    return this.#literal() ?? this.atom();
  }

  #quoted(): Buffer {
    const octets: number[] = [];
    for (this.#at += 1; this.#at < this.bytes.length; this.#at += 1) {
      const byte = this.bytes[this.#at] ?? 0;
      if (byte === quote) {
        this.#at += 1;
        return Buffer.from(octets);
      }
      if (byte === backslash) this.#at += 1;
      octets.push(this.bytes[this.#at] ?? 0);
    }
    throw new Error('a quoted string is not closed');
  }

  #literal(): Buffer | null {
    const match = /^~?\{(\d+)\+?\}\r\n/.exec(this.bytes.toString('latin1', this.#at, this.#at + 30));
    if (match === null) return null;
    const start = this.#at + match[0].length;
    this.#at = start + Number(match[1]);
    return this.bytes.subarray(start, this.#at);
  }

  #skipSpaces(): void {
    while (this.bytes[this.#at] === space) this.#at += 1;
  }
}

/** The octets of an argument that is no list, as Latin-1. */
export function textOf(argument: Argument | undefined): string {
  return Buffer.isBuffer(argument) ? argument.toString('latin1') : '';
}

/** UIDs of a sequence set that are among those given; `*` is the highest. */
export function uidsOfSet(set: string, uids: readonly number[]): number[] {
  const highest = Math.max(0, ...uids);
  const numberOf = (text: string): number => (text === '*' ? highest : Number(text));
  const ranges = set.split(',').map((part) => {
    const [first = '', last = first] = part.split(':');
    return [numberOf(first), numberOf(last)].sort((a, b) => a - b);
  });
  return uids.filter((uid) => ranges.some(([from = 0, to = 0]) => uid >= from && uid <= to));
}
