import { MigrationError } from '@sterna/domain';
import type { FetchMessageObject, FetchQueryObject, ImapFlow } from 'imapflow';
import { headerFieldsOf } from './header-fields.js';
import { classifyOn } from './imap-connection.js';
import { isRefusedCommand } from './imap-error.js';
import { type FetchedMessage, fetchRanges, sequenceSet, type SourceMessageFacts } from './source-message.js';

const rangeBytes = 4 * 1024 * 1024;
const rangeMessages = 500;
/** RFC822.SIZE may be wrong by any amount: a range that grows beyond this is cut, and the rest asked for again. */
const heldBytes = 16 * 1024 * 1024;
/** Keeps the sequence set of scattered UIDs below the 8,192 octets that RFC 7162 section 4 asks for. */
const uidsAtOnce = 600;
const pieceBytes = 1024 * 1024;
const lastYear = 9_999;
const factsQuery = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  labels: true,
  headers: ['message-id', 'subject', 'from', 'date'],
};

/**
 * What one message is asked for that did not come with the others: an item that cannot be parsed takes the whole row
 * along. The header fields are read from the content then, and the flags are given up last.
 */
const lessAndLess = [
  { uid: true, flags: true, internalDate: true, size: true, labels: true },
  { uid: true, flags: true, internalDate: true },
  { uid: true, internalDate: true },
];

interface Fetched {
  messages: FetchMessageObject[];
  isCut: boolean;
}

/**
 * Fetches from the open folder with BODY.PEEK. A server may refuse a whole range for one message that it cannot
 * read; then the range is halved until that message is alone, so that the others arrive all the same.
 */
export class MessageFetcher {
  constructor(
    private readonly client: ImapFlow,
    private readonly where: string,
  ) {}

  /** Facts of messages in the order of the server; a UID without facts is gone or cannot be read. */
  async *facts(uids: readonly number[]): AsyncGenerator<SourceMessageFacts> {
    for (let start = 0; start < uids.length; start += uidsAtOnce) {
      const wanted = new Set(uids.slice(start, start + uidsAtOnce));
      const { messages } = await this.#fetchMany([...wanted], factsQuery);
      for (const message of messages) {
        if (isComplete(message) && wanted.delete(message.uid)) yield this.#factsOf(message);
      }
    }
  }

  /** The messages themselves, each once; those over `maxInlineBytes` come last and without their content. */
  async *contents(
    messages: readonly SourceMessageFacts[],
    maxInlineBytes: number,
  ): AsyncGenerator<FetchedMessage> {
    for (const range of fetchRanges(messages, { rangeBytes, rangeMessages, maxInlineBytes })) {
      yield* this.#range(range.messages, maxInlineBytes);
    }
    for (const facts of messages) if (facts.statedBytes > maxInlineBytes) yield { kind: 'large', facts };
  }

  async *#range(
    messages: readonly SourceMessageFacts[],
    maxInlineBytes: number,
  ): AsyncGenerator<FetchedMessage> {
    const waiting = new Map(messages.map((facts) => [facts.uid, facts]));
    const query = { uid: true, source: { start: 0, maxLength: maxInlineBytes + 1 } };
    for (let left = Infinity; waiting.size < left;) {
      const found = await this.#fetchMany([...waiting.keys()], query);
      left = found.isCut ? waiting.size : 0;
      for (const message of found.messages) {
        const facts = waiting.get(message.uid);
        const content = octetsOf(message.source);
        if (facts === undefined || content === null) continue;
        waiting.delete(message.uid);
        yield await this.#verified(facts, content, maxInlineBytes);
      }
    }
    yield* this.absent([...waiting.keys()], maxInlineBytes);
  }

  /** UIDs that a fetch did not return: each is asked for once more, then it is gone or unreadable. */
  async *absent(uids: readonly number[], maxInlineBytes: number): AsyncGenerator<FetchedMessage> {
    for (let start = 0; start < uids.length; start += uidsAtOnce) {
      const some = uids.slice(start, start + uidsAtOnce);
      const present = await this.#present(some);
      for (const uid of some) {
        yield present.has(uid) ? await this.#again(uid, maxInlineBytes) : { kind: 'missing', uid };
      }
    }
  }

  async #present(uids: readonly number[]): Promise<Set<number>> {
    const found = await this.client
      .search({ uid: sequenceSet(uids) }, { uid: true })
      .catch((error: unknown) => {
        throw classifyOn(this.client, this.where, error);
      });
    if (found !== false && found !== undefined) return new Set(found);
    throw new MigrationError({
      code: 'sourceProtocol',
      scope: 'folder',
      retry: { kind: 'backoff' },
      message: `${this.where}: UID SEARCH was refused`,
    });
  }

  async #again(uid: number, maxInlineBytes: number): Promise<FetchedMessage> {
    const source = { start: 0, maxLength: maxInlineBytes + 1 };
    for (const query of lessAndLess) {
      const message = await this.#fetchOne(uid, { ...query, source });
      const content = octetsOf(message?.source);
      if (message === null || content === null) continue;
      return this.#verified(
        this.#factsOf({ ...message, headers: headerOf(content) }),
        content,
        maxInlineBytes,
      );
    }
    const explanation = 'The source lists this message but does not return it.';
    return { kind: 'unreadable', uid, explanation };
  }

  /** Less than was stated may be all there is, or the beginning of it: then the rest is streamed. */
  async #verified(
    facts: SourceMessageFacts,
    content: Buffer,
    maxInlineBytes: number,
  ): Promise<FetchedMessage> {
    if (content.length > maxInlineBytes) return { kind: 'large', facts };
    if (content.length >= facts.statedBytes) return { kind: 'whole', facts, content };
    const after = await this.#after(facts.uid, content.length);
    if (after === 'more') return { kind: 'large', facts };
    if (after === 'end') return { kind: 'whole', facts, content };
    const explanation = `The source returns ${content.length} octets of ${facts.statedBytes} and does not say whether that is all.`;
    return { kind: 'unreadable', uid: facts.uid, explanation };
  }

  /** @returns `isCut` when more messages came than are held, which is not for a single one */
  async #fetchMany(uids: readonly number[], query: FetchQueryObject): Promise<Fetched> {
    if (uids.length === 0) return { messages: [], isCut: false };
    try {
      return await this.#collect(uids, query);
    } catch (error) {
      if (!this.#isRefusal(error)) throw classifyOn(this.client, this.where, error);
      if (uids.length === 1) return { messages: [], isCut: false };
    }
    const middle = Math.ceil(uids.length / 2);
    const first = await this.#fetchMany(uids.slice(0, middle), query);
    if (first.isCut) return first;
    const second = await this.#fetchMany(uids.slice(middle), query);
    return { messages: [...first.messages, ...second.messages], isCut: second.isCut };
  }

  async #collect(uids: readonly number[], query: FetchQueryObject): Promise<Fetched> {
    const messages: FetchMessageObject[] = [];
    let bytes = 0;
    for await (const message of this.client.fetch(sequenceSet(uids), query, { uid: true })) {
      messages.push(message);
      bytes += octetsOf(message.source)?.length ?? 0;
      // imapflow reads the rest of the answer and drops it
      if (bytes > heldBytes && messages.length < uids.length) return { messages, isCut: true };
    }
    return { messages, isCut: false };
  }

  /** Null when the server does not return the message, or refuses to. */
  async #fetchOne(uid: number, query: FetchQueryObject): Promise<FetchMessageObject | null> {
    try {
      const message = await this.client.fetchOne(String(uid), query, { uid: true });
      return message === false || message.uid !== uid ? null : message;
    } catch (error) {
      if (this.#isRefusal(error)) return null;
      throw classifyOn(this.client, this.where, error);
    }
  }

  /** A tagged NO or BAD of one FETCH concerns the messages; everything else the connection. */
  #isRefusal(error: unknown): boolean {
    return this.client.usable && isRefusedCommand(error);
  }

  /** Whether a message has more than `bytes` octets, whatever RFC822.SIZE says; costs one octet. */
  async isLargerThan(uid: number, bytes: number): Promise<boolean> {
    return (await this.#after(uid, bytes)) === 'more';
  }

  /**
   * Whether a message goes on after so many octets. The octet before is asked for too, so that an answer without any
   * octet says nothing; more than was asked for is the whole message of a server that knows no partial fetches.
   */
  async #after(uid: number, bytes: number): Promise<'more' | 'end' | 'unknown'> {
    const start = Math.max(0, bytes - 1);
    const asked = bytes - start + 1;
    const message = await this.#fetchOne(uid, { uid: true, source: { start, maxLength: asked } });
    const octets = octetsOf(message?.source)?.length;
    if (octets === undefined) return 'unknown';
    if (octets === 0) return bytes === 0 ? 'end' : 'unknown';
    return octets === asked ? 'more' : 'end';
  }

  /** Reads one message from an octet on; see ImapSession.stream. */
  async *stream(uid: number, firstOctet: number): AsyncGenerator<Buffer> {
    for (let start = firstOctet; ;) {
      const query = { uid: true, source: { start, maxLength: pieceBytes } };
      const message = await this.#fetchOne(uid, query);
      if (message === null) throw this.#unreadable(uid, `nothing is returned from octet ${start} on`);
      const piece = octetsOf(message.source) ?? Buffer.alloc(0);
      if (piece.length > pieceBytes && start > 0) {
        throw this.#unreadable(uid, 'the source returns other octets than were asked for');
      }
      if (piece.length === 0) {
        if (start === 0) throw this.#unreadable(uid, 'the source returns it without content');
        return;
      }
      for (let cut = 0; cut < piece.length; cut += pieceBytes) yield piece.subarray(cut, cut + pieceBytes);
      // a server without partial fetches returns all of it at once
      if (piece.length > pieceBytes) return;
      start += piece.length;
    }
  }

  #factsOf(message: FetchMessageObject): SourceMessageFacts {
    // EMAILID of RFC 8474 has the same name in imapflow
    const gmailId = hasGmailLabels(this.client) ? (message.emailId ?? null) : null;
    return { ...factsOf(message), gmailId };
  }

  #unreadable(uid: number, why: string): MigrationError {
    return new MigrationError({
      code: 'sourceMessageUnreadable',
      scope: 'message',
      retry: { kind: 'backoff' },
      message: `${this.where}: UID ${uid}: ${why}`,
    });
  }
}

/** Gmail's extension, in which a message has labels and each label is a folder (Gmail IMAP extensions, X-GM-EXT-1). */
export function hasGmailLabels(client: ImapFlow): boolean {
  return client.capabilities.has('X-GM-EXT-1');
}

/** The header of a message, or of as much of it as there is (RFC 5322 section 2.1). */
function headerOf(content: Buffer): Buffer {
  const end = ['\r\n\r\n', '\n\n'].map((line) => content.indexOf(line)).filter((at) => at !== -1);
  return content.subarray(0, Math.min(content.length, ...end));
}

/** Octets of an answer; imapflow has `false` for NIL, which its types do not tell. */
function octetsOf(value: unknown): Buffer | null {
  return Buffer.isBuffer(value) ? value : null;
}

/** Servers tell of changed flags in the middle of an answer; such a row has nothing else (RFC 9051 section 7.5.2). */
function isComplete({ size, internalDate }: FetchMessageObject): boolean {
  return size !== undefined && internalDate !== undefined;
}

function factsOf(message: FetchMessageObject): Omit<SourceMessageFacts, 'gmailId'> {
  const fields = headerFieldsOf(octetsOf(message.headers) ?? Buffer.alloc(0));
  return {
    uid: message.uid,
    // \Recent is a matter of the session, not of the message (RFC 3501 section 2.3.2)
    flags: [...(message.flags ?? [])].filter((flag) => flag !== '\\Recent'),
    internalDate: usableDate(message.internalDate),
    statedBytes: message.size ?? 0,
    messageId: fields.get('message-id') ?? null,
    subject: fields.get('subject') ?? null,
    sender: fields.get('from') ?? null,
    sentDate: readSentDate(fields.get('date')),
    labels: [...(message.labels ?? [])].filter((label) => !label.startsWith('\\')),
  };
}

/** The Date field where it can be understood. */
function readSentDate(text: string | undefined): Date | null {
  const date = new Date(text ?? '');
  return Number.isNaN(date.getTime()) ? null : date;
}

/** A date that a server made up, or none, becomes 1970: the message counts, not its date. */
function usableDate(stated: Date | string | undefined): Date {
  const date = new Date(stated ?? 0);
  const year = date.getUTCFullYear();
  return Number.isNaN(year) || year < 0 || year > lastYear ? new Date(0) : date;
}
