import { MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import type { FetchMessageObject, ImapFlow } from 'imapflow';
import { classified, openConnection, type SourceLogin, type SourceServer } from './imap-connection.js';
import { headerFieldsOf } from './header-fields.js';
import { foldersOf, rootOf, segmentsOf, type SourceFolderStatus } from './source-folder.js';
import { type FetchedMessage, fetchRanges, sequenceSet, type SourceMessageFacts } from './source-message.js';

/** What EXAMINE says of a folder (RFC 9051 section 6.3.3). */
export interface OpenedFolder {
  exists: number;
  uidValidity: number;
  uidNext: number;
  highestModseq: string | null;
}

const rangeBytes = 4 * 1024 * 1024;
const rangeMessages = 500;
const factsAtOnce = 2_000;

/**
 * One connection to one source mailbox that changes nothing there: folders are opened with EXAMINE, content is
 * read with BODY.PEEK. Commands run one after the other; no command may be given while a fetch is read.
 */
export class ImapSession {
  readonly #client: ImapFlow;
  readonly #where: string;
  readonly #root: string[];

  private constructor(client: ImapFlow, where: string, root: string[]) {
    this.#client = client;
    this.#where = where;
    this.#root = root;
  }

  /** @throws MigrationError classified: unreachable, TLS, certificate, login. */
  static async open(options: {
    server: SourceServer;
    login: SourceLogin;
    userRoot: string;
    logger: Logger;
  }): Promise<ImapSession> {
    const client = await openConnection(options.server, options.login, options.logger);
    return new ImapSession(
      client,
      `${options.server.remoteServer}:${options.server.port}`,
      rootOf(options.userRoot),
    );
  }

  /**
   * All folders of the mailbox with their counts: one command where the server has LIST-STATUS (RFC 5819).
   * @throws MigrationError sourceRootMissing that names what does exist.
   */
  async listFolders(): Promise<SourceFolderStatus[]> {
    const statusQuery = { messages: true, uidNext: true, uidValidity: true, highestModseq: true };
    const listing = await classified(this.#where, () => this.#client.list({ statusQuery }));
    const folders = foldersOf(listing, this.#root);
    if (folders.length > 0 || this.#root.length === 0) return folders;
    const tops = [
      ...new Set(listing.map((entry) => segmentsOf(entry).slice(0, this.#root.length).join('/'))),
    ];
    throw new MigrationError({
      code: 'sourceRootMissing',
      scope: 'account',
      retry: { kind: 'never' },
      message: `${this.#where}: UserRoot ${this.#root.join('/')} does not exist; there are: ${tops.slice(0, 20).join(', ')}`,
    });
  }

  /** @throws MigrationError sourceFolderRefused when the server does not open it. */
  async openFolder(rawName: string): Promise<OpenedFolder> {
    const folder = await classified(this.#where, () => this.#client.mailboxOpen(rawName, { readOnly: true }));
    return {
      exists: folder.exists,
      uidValidity: Number(folder.uidValidity),
      uidNext: folder.uidNext,
      highestModseq: folder.highestModseq === undefined ? null : String(folder.highestModseq),
    };
  }

  /** UIDs of the open folder in ascending order, from `firstUid` on. */
  async searchUids(firstUid = 1): Promise<number[]> {
    const found = await classified(this.#where, () =>
      this.#client.search({ uid: `${firstUid}:*` }, { uid: true }),
    );
    if (found === false || found === undefined) throw this.#refused('UID SEARCH');
    // "n:*" names the last message even when its UID is below n (RFC 9051 section 9)
    return found.filter((uid) => uid >= firstUid).sort((a, b) => a - b);
  }

  /** Facts of messages without their content; UIDs that are gone are not among them. */
  async *fetchFacts(uids: readonly number[]): AsyncGenerator<SourceMessageFacts> {
    for (let start = 0; start < uids.length; start += factsAtOnce) {
      const some = uids.slice(start, start + factsAtOnce);
      const query = {
        uid: true,
        flags: true,
        internalDate: true,
        size: true,
        headers: ['message-id', 'subject'],
      };
      const found = await classified(this.#where, () =>
        this.#client.fetchAll(sequenceSet(some), query, { uid: true }),
      );
      for (const message of found) yield factsOf(message);
    }
  }

  /**
   * Fetches messages in the order given. A message over `maxInlineBytes` is only announced: stream() reads it.
   * Each UID comes out exactly once, and as `whole` only when all of it was read.
   */
  async *fetchMessages(uids: readonly number[], maxInlineBytes: number): AsyncGenerator<FetchedMessage> {
    for (let start = 0; start < uids.length; start += factsAtOnce) {
      const some = uids.slice(start, start + factsAtOnce);
      const facts = new Map<number, SourceMessageFacts>();
      for await (const message of this.fetchFacts(some)) facts.set(message.uid, message);
      const known = some.flatMap((uid) => facts.get(uid) ?? []);
      for (const range of fetchRanges(known, { rangeBytes, rangeMessages, maxInlineBytes })) {
        yield* this.#fetchRange(range.uids, facts, maxInlineBytes);
      }
      for (const message of known)
        if (message.statedBytes > maxInlineBytes) yield { kind: 'large', facts: message };
      yield* this.#explainMissing(some.filter((uid) => !facts.has(uid)));
    }
  }

  async *#fetchRange(
    uids: number[],
    facts: Map<number, SourceMessageFacts>,
    maxInlineBytes: number,
  ): AsyncGenerator<FetchedMessage> {
    const waiting = new Set(uids);
    const query = { uid: true, source: { start: 0, maxLength: maxInlineBytes + 1 } };
    const found = await classified(this.#where, () =>
      this.#client.fetchAll(sequenceSet(uids), query, { uid: true }),
    );
    for (const message of found) {
      const known = facts.get(message.uid);
      if (known === undefined || message.source === undefined || !waiting.delete(message.uid)) continue;
      const isCut = message.source.length > maxInlineBytes;
      yield isCut
        ? { kind: 'large', facts: known }
        : { kind: 'whole', facts: known, content: message.source };
    }
    yield* this.#explainMissing([...waiting]);
  }

  /** A UID that was not returned is gone, or the server cannot give it. */
  async *#explainMissing(uids: readonly number[]): AsyncGenerator<FetchedMessage> {
    if (uids.length === 0) return;
    const there = await classified(this.#where, () =>
      this.#client.search({ uid: sequenceSet(uids) }, { uid: true }),
    );
    const present = new Set(there === false ? [] : there);
    for (const uid of uids) {
      yield present.has(uid)
        ? { kind: 'unreadable', uid, explanation: 'the source lists the message but does not return it' }
        : { kind: 'missing', uid };
    }
  }

  /**
   * Reads one message piece by piece, however large it is.
   * @throws MigrationError sourceMessageUnreadable when the server does not return it, or not to its end.
   */
  async *stream(uid: number): AsyncGenerator<Buffer> {
    const download = await classified(this.#where, () =>
      this.#client.download(String(uid), undefined, { uid: true }),
    );
    if (download.content === undefined) throw this.#unreadable(uid, 'the source does not return the message');
    try {
      for await (const piece of download.content) yield Buffer.from(piece);
    } catch (error) {
      throw this.#unreadable(uid, error instanceof Error ? error.message : String(error));
    }
  }

  /** Ends the session; a server that does not answer LOGOUT is left. */
  async close(): Promise<void> {
    await this.#client.logout().catch(() => {
      this.#client.close();
    });
  }

  #refused(command: string): MigrationError {
    return new MigrationError({
      code: 'sourceProtocol',
      scope: 'folder',
      retry: { kind: 'backoff' },
      message: `${this.#where}: ${command} was refused`,
    });
  }

  #unreadable(uid: number, why: string): MigrationError {
    return new MigrationError({
      code: 'sourceMessageUnreadable',
      scope: 'message',
      retry: { kind: 'backoff' },
      message: `${this.#where}: UID ${uid}: ${why}`,
    });
  }
}

function factsOf(message: FetchMessageObject): SourceMessageFacts {
  const fields = headerFieldsOf(message.headers ?? Buffer.alloc(0));
  return {
    uid: message.uid,
    // \Recent is a matter of the session, not of the message (RFC 3501 section 2.3.2)
    flags: [...(message.flags ?? [])].filter((flag) => flag !== '\\Recent'),
    internalDate: new Date(message.internalDate ?? 0),
    statedBytes: message.size ?? 0,
    messageId: fields.get('message-id') ?? null,
    subject: fields.get('subject') ?? null,
  };
}
