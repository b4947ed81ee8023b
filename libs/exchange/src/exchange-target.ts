import type { Logger } from '@sterna/platform';
import { AccessTokens, requireSecure, type TargetCredentials } from './graph/access-tokens.js';
import { GraphConnection } from './graph/graph-connection.js';
import { cancelled, MailboxGate } from './graph/mailbox-gate.js';
import { FolderClient } from './folders/folder-client.js';
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
    const signal = AbortSignal.any([options.signal, this.#closing.signal]);
    if (signal.aborted) throw cancelled(signal.reason);
    const gate = new MailboxGate({ slots: requestsAtOnce, signal });
    const connection = new GraphConnection({
      graphUrl: this.#graphUrl,
      tokens: this.#tokens,
      gate,
      logger: this.#logger,
    });
    const userPath = `/users/${encodeURIComponent(emailAddress)}`;
    const folders = new FolderTree(new FolderClient(connection, userPath));
    await folders.open();
    return new TargetMailbox({ connection, userPath, folders, gate });
  }

  /** Calls off everything that is under way in mailboxes of this target. */
  close(): void {
    this.#closing.abort();
  }
}
