import type { SpecialUse, TargetFolder } from '@sterna/domain';
import type { EnsuredFolder, FolderTree } from './folders/folder-tree.js';
import type { GraphConnection } from './graph/graph-connection.js';
import { type FoundMessage, MessageLookup } from './messages/message-lookup.js';
import { MessageWriter, type WriteRequest, type WriteResult } from './messages/message-writer.js';
import type { GateCounters, MailboxGate } from './graph/mailbox-gate.js';

/** One open mailbox of Exchange Online; at most four of its requests are under way at a time. */
export class TargetMailbox {
  readonly #folders: FolderTree;
  readonly #gate: MailboxGate;
  readonly #lookup: MessageLookup;
  readonly #writer: MessageWriter;

  constructor(parts: {
    connection: GraphConnection;
    userPath: string;
    folders: FolderTree;
    gate: MailboxGate;
  }) {
    this.#folders = parts.folders;
    this.#gate = parts.gate;
    this.#lookup = new MessageLookup(parts.connection, parts.userPath);
    this.#writer = new MessageWriter({ ...parts, lookup: this.#lookup });
  }

  /** What the mailbox's requests came to so far. */
  get counters(): Readonly<GateCounters> {
    return this.#gate.counters;
  }

  /**
   * The target folder of a source folder, made where it is missing; without a request once it is known. Folders
   * with a special use, and all below them, go to Exchange's well-known folder; everything else goes below the
   * root by its name, unless `target` says where. Ensure a folder with a special use before the folders below it.
   * @throws MigrationError targetFolderRefused (folder), or one of the account
   */
  ensureFolder(
    path: readonly string[],
    specialUse: SpecialUse | null,
    target: TargetFolder | null = null,
  ): Promise<EnsuredFolder> {
    return this.#folders.ensure(path, specialUse, target);
  }

  /** See FolderTree.remember. */
  rememberFolder(targetNames: readonly string[], sourceName: string): void {
    this.#folders.remember(targetNames, sourceName);
  }

  /**
   * Writes one message as it was: its date, read state, flags and content. Once, also when an answer is lost. One
   * request while it fits into 3.9 MB; larger ones are marked until their last attachment has arrived.
   * @throws MigrationError of the folder or the account; what spoils only this message comes back as `refused`
   */
  writeMessage(request: WriteRequest): Promise<WriteResult> {
    return this.#writer.write(request);
  }

  /**
   * The message of a key, wherever in the mailbox its owner may have moved it; null where there is none.
   * @throws MigrationError of the account
   */
  findByKey(_folderId: string, key: string): Promise<FoundMessage | null> {
    return this.#lookup.find(key);
  }

  /** Deletes a message that `findByKey` called incomplete. What is gone already is fine. */
  removeIncomplete(itemId: string): Promise<void> {
    return this.#lookup.remove(itemId);
  }
}
