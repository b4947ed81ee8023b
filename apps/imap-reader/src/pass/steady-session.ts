import { asMigrationError, MigrationError } from '@sterna/domain';
import type { FetchedMessage, ImapSession, OpenedFolder, SourceMessageFacts } from '@sterna/imap';
import { type Logger, pauseFor } from '@sterna/platform';

const firstPauseMs = 1_000;
const attempts = 5;
const lossesOfOneMessage = 3;
const deadlyMessages = 5;
/** Few enough that no server locks the account for them. */
const refusedLogins = 2;

interface OpenFolder {
  rawName: string;
  opened: OpenedFolder;
}

/**
 * A session that is opened again when its connection is lost, and goes on where it was. It gives up when the
 * first connection fails, and after five losses in a row without anything read in between: the pass is then
 * repeated as a whole, after a longer pause.
 */
export class SteadySession {
  #session: ImapSession | null = null;
  #folder: OpenFolder | null = null;
  #hasConnected = false;
  #failures = 0;
  #refusals = 0;
  #deadly = 0;

  constructor(
    private readonly connect: () => Promise<ImapSession>,
    private readonly signal: AbortSignal,
    private readonly logger: Logger,
  ) {
    signal.addEventListener('abort', () => this.#session?.abort(), { once: true });
  }

  /** Runs a command; repeats it on a new connection when the connection was lost. */
  async use<T>(command: (session: ImapSession) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        const result = await command(await this.#living());
        this.#failures = 0;
        return result;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** Opens a folder; one that is open already costs no command. */
  async openFolder(rawName: string): Promise<OpenedFolder> {
    if (this.#folder?.rawName === rawName && this.#session !== null) return this.#folder.opened;
    this.#folder = null;
    const opened = await this.use((session) => session.openFolder(rawName));
    this.#folder = { rawName, opened };
    return opened;
  }

  facts(uids: readonly number[]): Promise<SourceMessageFacts[]> {
    return this.use((session) => Array.fromAsync(session.fetchFacts(uids)));
  }

  /**
   * The content of messages; after a lost connection only of those that did not come yet, one by one, so that
   * a message whose reading ends the connection each time is found and counted as unreadable.
   */
  async *contents(
    messages: readonly SourceMessageFacts[],
    maxInlineBytes: number,
  ): AsyncGenerator<FetchedMessage> {
    const waiting = new Map(messages.map((facts) => [facts.uid, facts]));
    let isOneByOne = false;
    let losses = 0;
    let cause = '';
    while (waiting.size > 0) {
      const some = isOneByOne ? [...waiting.values()].slice(0, 1) : [...waiting.values()];
      let isReading = false;
      try {
        const session = await this.#living();
        isReading = true;
        for await (const message of session.fetchContents(some, maxInlineBytes)) {
          this.#failures = 0;
          losses = 0;
          waiting.delete('uid' in message ? message.uid : message.facts.uid);
          yield message;
        }
      } catch (error) {
        await this.#recover(error);
        losses += isOneByOne && isReading ? 1 : 0;
        isOneByOne = true;
        cause = asMigrationError(error).message;
      }
      const first = some[0];
      if (losses < lossesOfOneMessage || first === undefined || this.#deadly >= deadlyMessages) continue;
      losses = 0;
      this.#failures = 0;
      this.#deadly += 1;
      waiting.delete(first.uid);
      yield {
        kind: 'unreadable',
        uid: first.uid,
        explanation: `The connection is lost whenever this message is read: ${cause}`,
      };
    }
  }

  /** Settles UIDs that have no facts. */
  async *absent(uids: readonly number[], maxInlineBytes: number): AsyncGenerator<FetchedMessage> {
    for (const uid of uids) {
      yield* await this.use((session) => Array.fromAsync(session.fetchAbsent([uid], maxInlineBytes)));
    }
  }

  isLargerThan(uid: number, bytes: number): Promise<boolean> {
    return this.use((session) => session.isLargerThan(uid, bytes));
  }

  /** Pieces of one message; after a lost connection from the octet where it broke off. */
  async *stream(uid: number): AsyncGenerator<Buffer> {
    for (let octets = 0; ;) {
      try {
        const session = await this.#living();
        for await (const piece of session.stream(uid, octets)) {
          this.#failures = 0;
          octets += piece.length;
          yield piece;
        }
        return;
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** Waits and lets the next command connect again. @throws the error when repeating does not help. */
  async #recover(error: unknown): Promise<void> {
    const found = asMigrationError(error);
    if (this.signal.aborted || !this.#hasConnected || !this.#mayPass(found)) throw found;
    this.#failures += 1;
    if (this.#failures >= attempts) throw found;
    this.logger.warn({ error: found, attempt: this.#failures }, 'the source connection is opened again');
    this.#session?.abort();
    this.#session = null;
    const hinted = found.retry.kind === 'after' ? found.retry.delayMs : 0;
    await pauseFor(Math.max(firstPauseMs * 2 ** (this.#failures - 1), hinted), this.signal);
  }

  /**
   * Whether a new connection may mend it. A login that was accepted before and is refused now is tried again, but not
   * often: some servers refuse logins while they are overloaded, and others lock accounts.
   */
  #mayPass(error: MigrationError): boolean {
    if (error.code !== 'sourceLoginRefused') return isConnectionFault(error);
    this.#refusals += 1;
    return this.#refusals <= refusedLogins;
  }

  async #living(): Promise<ImapSession> {
    if (this.#session !== null) return this.#session;
    const session = await unlessAborted(this.connect(), this.signal);
    this.#hasConnected = true;
    this.#refusals = 0;
    this.#session = session;
    if (this.#folder !== null) await this.#reopen(session, this.#folder);
    return session;
  }

  async #reopen(session: ImapSession, folder: OpenFolder): Promise<void> {
    const opened = await session.openFolder(folder.rawName).catch((error: unknown) => {
      if (asMigrationError(error).scope === 'folder') this.#folder = null;
      throw error;
    });
    if (opened.uidValidity === folder.opened.uidValidity) return;
    // its UIDs are void, also for whoever opens it next
    this.#folder = null;
    throw new MigrationError({
      code: 'sourceFolderRefused',
      scope: 'folder',
      retry: { kind: 'backoff' },
      message: 'the UIDVALIDITY of a folder changed while it was read; the next pass reads it anew',
    });
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    if (this.signal.aborted) session.abort();
    else await session.close();
  }
}

/** A fault of the connection: nothing that one message or folder has. */
function isConnectionFault(error: MigrationError): boolean {
  return error.scope === 'account' && error.retry.kind !== 'never' && error.code.startsWith('source');
}

/** A connection takes up to half a minute; nobody waits for it who was told to end. */
async function unlessAborted(connecting: Promise<ImapSession>, signal: AbortSignal): Promise<ImapSession> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(cancelled());
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    return await Promise.race([connecting, aborted.promise]);
  } catch (error) {
    if (signal.aborted) connecting.then((session) => session.abort()).catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The walk was told to end. */
export function cancelled(): MigrationError {
  return new MigrationError({
    code: 'cancelled',
    scope: 'service',
    retry: { kind: 'backoff' },
    message: 'the pass was told to end',
  });
}
