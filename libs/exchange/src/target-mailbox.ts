import type { SpecialUse } from '@sterna/domain';
import type { Logger } from '@sterna/platform';
import type { EnsuredFolder, FolderTree } from './folders/folder-tree.js';
import type { GraphConnection } from './graph/graph-connection.js';
import type { GateCounters, MailboxGate } from './graph/mailbox-gate.js';

/** One open mailbox of Exchange Online; at most four of its requests are under way at a time. */
export class TargetMailbox {
  readonly #folders: FolderTree;
  readonly #gate: MailboxGate;

  constructor(parts: {
    connection: GraphConnection;
    userPath: string;
    folders: FolderTree;
    gate: MailboxGate;
    logger: Logger;
  }) {
    this.#folders = parts.folders;
    this.#gate = parts.gate;
  }

  /** What the mailbox's requests came to so far. */
  get counters(): Readonly<GateCounters> {
    return this.#gate.counters;
  }

  /**
   * The target folder of a source folder, made where it is missing; without a request once it is known. Folders
   * with a special use, and all below them, go to Exchange's well-known folder; everything else goes below the
   * root by its name. Ensure a folder with a special use before the folders below it.
   * @throws MigrationError targetFolderRefused (folder), or one of the account
   */
  ensureFolder(path: readonly string[], specialUse: SpecialUse | null): Promise<EnsuredFolder> {
    return this.#folders.ensure(path, specialUse);
  }
}
