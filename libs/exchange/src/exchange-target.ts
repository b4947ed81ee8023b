import type { Logger } from '@sterna/platform';
import { AccessTokens, requireSecure, type TargetCredentials } from './graph/access-tokens.js';
import { GraphConnection } from './graph/graph-connection.js';
import { cancelled, MailboxGate } from './graph/mailbox-gate.js';
import { FolderClient } from './folders/folder-client.js';
import { forecastMailbox, type PlacedFolder, type TargetForecast } from './folders/folder-forecast.js';
import { FolderTree } from './folders/folder-tree.js';
import { TargetMailbox } from './target-mailbox.js';

/** MailboxConcurrency of the Outlook service (https://learn.microsoft.com/graph/throttling-limits). */
const requestsAtOnce = 4;

/** Exchange Online of one tenant, as one application reaches it by Microsoft Graph. */
export class ExchangeTarget {
  readonly #graphUrl: string;
  readonly #tokens: AccessTokens;
  readonly #logger: Logger;
  readonly #closing = new AbortController();

  private constructor(credentials: TargetCredentials, logger: Logger) {
    this.#logger = logger;
    this.#graphUrl = credentials.graphUrl;
    this.#tokens = new AccessTokens(credentials);
  }

  /**
   * Without a request: `verify` or the first mailbox signs in.
   * @throws MigrationError targetSignInRefused when an address is not https (this machine excepted)
   */
  static connect(credentials: TargetCredentials, logger: Logger): ExchangeTarget {
    requireSecure(credentials.graphUrl, 'Microsoft Graph');
    return new ExchangeTarget(credentials, logger);
  }

  /** Signs in. @throws MigrationError targetSignInRefused, targetUnavailable */
  async verify(): Promise<void> {
    await this.#tokens.get();
  }

  /**
   * Opens the mailbox of an address with one request. Everything under way in it ends with `cancelled` once
   * `signal` fires or the target is closed. Open a mailbox once at a time: the limits of Graph are per mailbox.
   * @throws MigrationError targetMailboxMissing, targetForbidden, targetSignInRefused, targetUnavailable (account)
   */
  async openMailbox(emailAddress: string, options: { signal: AbortSignal }): Promise<TargetMailbox> {
    const { connection, userPath, gate } = this.#wayTo(emailAddress, options.signal);
    const folders = new FolderTree(new FolderClient(connection, userPath));
    await folders.open();
    return new TargetMailbox({ connection, userPath, folders, gate });
  }

  /**
   * Looks at the mailbox of an address and says where the writer would put these folders; nothing is changed. Folders
   * come in the order in which the writer would get them.
   * @throws MigrationError as openMailbox does
   */
  async forecast(
    emailAddress: string,
    folders: readonly PlacedFolder[],
    options: { signal: AbortSignal },
  ): Promise<TargetForecast> {
    const { connection, userPath } = this.#wayTo(emailAddress, options.signal);
    return forecastMailbox(new FolderClient(connection, userPath), folders);
  }

  #wayTo(emailAddress: string, wanted: AbortSignal) {
    const signal = AbortSignal.any([wanted, this.#closing.signal]);
    if (signal.aborted) throw cancelled(signal.reason);
    const gate = new MailboxGate({ slots: requestsAtOnce, signal });
    const connection = new GraphConnection({
      graphUrl: this.#graphUrl,
      tokens: this.#tokens,
      gate,
      logger: this.#logger,
    });
    return { connection, gate, userPath: `/users/${encodeURIComponent(emailAddress)}` };
  }

  /** Calls off everything that is under way in mailboxes of this target. */
  close(): void {
    this.#closing.abort();
  }
}
