import type { SourceLogin } from '@sterna/credentials';
import { type MessageTraits, MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import type { ImapFlow, ListResponse } from 'imapflow';
import { classifyOn, openConnection, type SourceServer } from './imap-connection.js';
import { isRefusedCommand } from './imap-error.js';
import { hasGmailLabels, MessageFetcher } from './message-fetcher.js';
import { traitsOf } from './message-traits.js';
import { countsOf, foldersOf, rootOf, type SourceFolderStatus } from './source-folder.js';
import type { FetchedMessage, SourceMessageFacts } from './source-message.js';
import {
  isWithin,
  listNames,
  type Namespace,
  rememberNames,
  rootNames,
  type SourceNamespaces,
  takeNamespaces,
} from './source-namespace.js';
import { withWireNames } from './wire-name.js';

/** Names of folders in the message on a UserRoot that does not exist. */
const shownNames = 20;
const countsQuery = { messages: true, uidNext: true, uidValidity: true, highestModseq: true };

/** RFC 8474 section 7; Cyrus 3.6 tells other octets in some of its answers. */
const objectId = /^[A-Za-z0-9_-]{1,255}$/;

/** What EXAMINE says of a folder (RFC 9051 section 6.3.3). */
export interface OpenedFolder {
  exists: number;
  uidValidity: number;
  /** 0 where the server did not say. */
  uidNext: number;
  highestModseq: string | null;
  /** MAILBOXID of RFC 8474 section 4, which a folder keeps when it is renamed; null where the server has none. */
  mailboxId: string | null;
}

/**
 * One connection to one source mailbox that changes nothing there: folders are opened with EXAMINE, content is
 * read with BODY.PEEK. Commands run one after the other; no command may be given while a fetch is read.
 */
export class ImapSession {
  readonly #client: ImapFlow;
  readonly #where: string;
  readonly #root: string[];
  readonly #namespaces: SourceNamespaces;
  readonly #fetcher: MessageFetcher;

  private constructor(client: ImapFlow, where: string, root: string[]) {
    this.#client = client;
    this.#namespaces = takeNamespaces(client);
    this.#where = where;
    this.#root = root;
    this.#fetcher = new MessageFetcher(client, where);
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
   * All folders of the mailbox with their counts: one command where the server has LIST-STATUS (RFC 5819), else one
   * more for each folder unless they are left out. Without a UserRoot these are the account's own; what others share
   * with it belongs to their mailboxes.
   * @throws MigrationError sourceRootMissing that names what does exist; sourceProtocol when the server lists nothing
   */
  async listFolders(options: { leaveOutCounts?: boolean } = {}): Promise<SourceFolderStatus[]> {
    const folders = await this.#listNames();
    if (this.#hasListStatus || options.leaveOutCounts === true) return folders;
    const counted: SourceFolderStatus[] = [];
    for (const folder of folders) {
      const one = await this.countFolder(folder).catch((error: unknown) => {
        // what is wrong with it is said when it is opened
        if (error instanceof MigrationError && error.scope === 'folder') return folder;
        throw error;
      });
      counted.push(one);
    }
    return counted;
  }

  /** A folder of a listing with its counts; costs a command only where the listing left them out. */
  async countFolder(folder: SourceFolderStatus): Promise<SourceFolderStatus> {
    if (!folder.isSelectable || folder.uidValidity !== null || this.#hasListStatus) return folder;
    const counting = withWireNames(this.#client, () => this.#client.status(folder.rawName, countsQuery));
    const status = await counting.catch((error: unknown) => {
      throw this.#folderRefusal(error);
    });
    return status === false ? folder : { ...folder, ...countsOf(status) };
  }

  /** Whether the folders are labels, of which a message may have several: Gmail. */
  get hasLabels(): boolean {
    return hasGmailLabels(this.#client);
  }

  get #hasListStatus(): boolean {
    const { capabilities } = this.#client;
    return capabilities.has('LIST-STATUS') || capabilities.has('IMAP4rev2');
  }

  async #listNames(): Promise<SourceFolderStatus[]> {
    if (this.#root.length > 0) return this.#listRoot();
    const listing = await this.#list('*');
    const { personal, foreign, isRootShared } = this.#namespaces;
    const own = listing.filter(
      ({ path }) =>
        !foreign.some(({ prefix }) => isForeign(path, prefix)) &&
        (!isRootShared || path === 'INBOX' || path.startsWith(personal.prefix)),
    );
    if (own.length === 0) throw nothingListed(this.#where);
    return foldersOf(own, { name: personal.prefix, isFolder: false });
  }

  /** The folders at and below UserRoot, in the account's own namespace or in those of others. */
  async #listRoot(): Promise<SourceFolderStatus[]> {
    const { personal, foreign } = this.#namespaces;
    const spaces = [personal, { ...personal, prefix: '' }, ...foreign];
    for (const space of spaces) {
      for (const name of rootNames(this.#root, space)) {
        const listing = (await this.#list(`${name}*`)).filter(({ path, delimiter }) =>
          isWithin(path, name, delimiter),
        );
        if (listing.length > 0) return foldersOf(listing, { name, isFolder: true });
      }
    }
    throw await this.#rootMissing(spaces);
  }

  async #rootMissing(spaces: readonly Namespace[]): Promise<MigrationError> {
    const known = new Set<string>();
    const parent = this.#root.slice(0, -1);
    for (const space of spaces) {
      const [above] = parent.length === 0 ? [space.prefix] : rootNames(parent, space);
      const pattern = parent.length === 0 ? `${above ?? ''}%` : `${above ?? ''}${space.delimiter}%`;
      for (const { path } of [...(await this.#list('%')), ...(await this.#list(pattern))]) known.add(path);
    }
    const names = [...known].sort().slice(0, shownNames).join(', ');
    return new MigrationError({
      code: 'sourceRootMissing',
      scope: 'account',
      retry: { kind: 'never' },
      message: `${this.#where}: UserRoot ${this.#root.join('/')} does not exist for this account; there are: ${names}`,
    });
  }

  async #list(pattern: string): Promise<ListResponse[]> {
    const options = this.#hasListStatus ? { statusQuery: countsQuery, listOnly: false } : { listOnly: true };
    const listing = await this.#classified(() => listNames(this.#client, pattern, options));
    rememberNames(this.#client, listing);
    return listing;
  }

  /** @throws MigrationError sourceFolderRefused when the server does not open it. */
  async openFolder(rawName: string): Promise<OpenedFolder> {
    const opening = withWireNames(this.#client, () => this.#client.mailboxOpen(rawName, { readOnly: true }));
    const folder = await opening.catch((error: unknown) => {
      throw this.#folderRefusal(error);
    });
    return {
      exists: folder.exists,
      uidValidity: Number(folder.uidValidity),
      // Courier does not say it (RFC 9051 section 7.1 lets it)
      uidNext: Number.isSafeInteger(folder.uidNext) ? folder.uidNext : 0,
      highestModseq: folder.highestModseq === undefined ? null : String(folder.highestModseq),
      mailboxId: objectId.test(folder.mailboxId ?? '') ? (folder.mailboxId ?? null) : null,
    };
  }

  /** UIDs of the open folder in ascending order, from `firstUid` on. */
  async searchUids(firstUid = 1): Promise<number[]> {
    const found = await this.#classified(() => this.#client.search({ uid: `${firstUid}:*` }, { uid: true }));
    if (found === false || found === undefined) throw this.#refused('UID SEARCH');
    // "n:*" names the last message even when its UID is below n (RFC 9051 section 9)
    return found.filter((uid) => uid >= firstUid).sort((a, b) => a - b);
  }

  /**
   * What the server says of the messages of the open folder, in blocks, the newest first; no header and no content is
   * asked for. Messages of which it says nothing are not among them.
   */
  messageTraits(exists: number): AsyncGenerator<MessageTraits[]> {
    return traitsOf(this.#client, this.#where, exists);
  }

  /** Whether the server has a capability, such as X-GM-EXT-1 of Gmail. */
  hasCapability(name: string): boolean {
    return this.#client.capabilities.has(name);
  }

  /** The octets of a folder as the server adds them up (RFC 8438); null where it has no such thing. */
  async folderBytes(rawName: string): Promise<number | null> {
    if (!this.hasCapability('STATUS=SIZE')) return null;
    const counting = withWireNames(this.#client, () => this.#client.status(rawName, { size: true }));
    const status = await counting.catch((error: unknown) => {
      throw this.#folderRefusal(error);
    });
    return status === false ? null : (status.size ?? null);
  }

  /** How long the server takes to answer a command that does nothing. */
  async roundTripMs(): Promise<number> {
    const started = performance.now();
    await this.#classified(() => this.#client.noop());
    return performance.now() - started;
  }

  /** Facts of messages without their content; UIDs that are gone or cannot be read are not among them. */
  fetchFacts(uids: readonly number[]): AsyncGenerator<SourceMessageFacts> {
    return this.#fetcher.facts(uids);
  }

  /**
   * The content of messages whose facts are known. A message over `maxInlineBytes` is only announced: stream()
   * reads it. Each comes out exactly once, and as `whole` only when all of it was read.
   */
  fetchContents(
    messages: readonly SourceMessageFacts[],
    maxInlineBytes: number,
  ): AsyncGenerator<FetchedMessage> {
    return this.#fetcher.contents(messages, maxInlineBytes);
  }

  /** Settles UIDs that fetchFacts did not return: gone, unreadable, or there after all. */
  fetchAbsent(uids: readonly number[], maxInlineBytes: number): AsyncGenerator<FetchedMessage> {
    return this.#fetcher.absent(uids, maxInlineBytes);
  }

  /** Whether a message has more than `bytes` octets, whatever RFC822.SIZE says; costs one octet. */
  isLargerThan(uid: number, bytes: number): Promise<boolean> {
    return this.#fetcher.isLargerThan(uid, bytes);
  }

  /**
   * Reads one message in pieces of at most 1 MiB, however large it is, from `firstOctet` on. It has ended only
   * where the server has nothing more to give: a short piece in the middle is followed by another request.
   * @throws MigrationError sourceMessageUnreadable when the server stops before the end.
   */
  stream(uid: number, firstOctet = 0): AsyncGenerator<Buffer> {
    return this.#fetcher.stream(uid, firstOctet);
  }

  /** Breaks the connection off at once, so that a running command rejects. */
  abort(): void {
    this.#client.close();
  }

  /** Ends the session; a server that does not answer LOGOUT is left. */
  async close(): Promise<void> {
    await this.#client.logout().catch(() => {
      this.#client.close();
    });
  }

  async #classified<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (error) {
      throw classifyOn(this.#client, this.#where, error);
    }
  }

  /** A plain NO concerns the folder alone, as long as the connection lives. */
  #folderRefusal(error: unknown): MigrationError {
    const found = classifyOn(this.#client, this.#where, error);
    if (found.scope === 'folder' || !this.#client.usable || !isRefusedCommand(error)) return found;
    return new MigrationError({
      code: 'sourceFolderRefused',
      scope: 'folder',
      retry: { kind: 'backoff' },
      message: found.message,
      cause: error,
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
}

/** Every account has an INBOX (RFC 9051 section 5.1): an empty listing is a fault, not an empty mailbox. */
function nothingListed(where: string): MigrationError {
  return new MigrationError({
    code: 'sourceProtocol',
    scope: 'account',
    retry: { kind: 'never' },
    message: `${where}: the server lists no folder of this account, not even INBOX, so nothing in it can be found; Cyrus does so for names with a dot unless unixhierarchysep is set, and for accounts without a mailbox`,
  });
}

/** A namespace's own folder may be listed without the delimiter at the end of its prefix. */
function isForeign(path: string, prefix: string): boolean {
  return path.startsWith(prefix) || `${path}${prefix.at(-1) ?? ''}` === prefix;
}
