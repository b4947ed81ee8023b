import type { FolderEnvelope } from '@sterna/contracts';
import { asMigrationError, MigrationError } from '@sterna/domain';
import type { TargetMailbox } from '@sterna/exchange';
import type { Folder, FolderRepository } from '@sterna/state';

/** Where the messages of a source folder go; or why Exchange refuses to have such a folder. */
export type TargetFolder =
  { kind: 'open'; targetFolderId: string } | { kind: 'refused'; explanation: string };

type Place = Pick<FolderEnvelope, 'folderId' | 'path' | 'specialUse' | 'target'>;

/** The target folders of the source folders of one pass. */
export class TargetFolders {
  readonly #found = new Map<string, Promise<TargetFolder>>();
  #saved: Promise<Folder[]> | null = null;
  #remembered: Promise<void> | null = null;

  constructor(
    private readonly mailbox: TargetMailbox,
    private readonly store: FolderRepository,
    private readonly pairId: string,
  ) {}

  /** Makes the folder where it is missing. @throws MigrationError of the account */
  announce(place: Place): Promise<TargetFolder> {
    const ensuring = this.#ensure(place);
    this.#found.set(place.folderId, ensuring);
    ensuring.catch(() => this.#found.delete(place.folderId));
    return ensuring;
  }

  /**
   * The folder of a message. One that was announced to an earlier writer of the pass is found by what the reader
   * saved of it, with the folders above it first, for a folder with a special use decides where those below go.
   * @throws MigrationError of the account; `unexpected` when nobody has announced the folder
   */
  async find(folderId: string): Promise<TargetFolder> {
    const known = this.#found.get(folderId);
    if (known !== undefined) return known;
    const saved = await (this.#saved ??= this.store.list(this.pairId));
    const folder = saved.find((candidate) => candidate.folderId === folderId);
    if (folder === undefined) throw notAnnounced(folderId);
    const above = saved
      .filter(
        ({ path }) => path.length < folder.path.length && path.every((name, i) => name === folder.path[i]),
      )
      .sort((a, b) => a.path.length - b.path.length);
    for (const parent of above) if (!this.#found.has(parent.folderId)) await this.announce(parent);
    return this.#found.get(folderId) ?? this.announce(folder);
  }

  /** Source names that are the same once they are repaired keep the target folders that they were given. */
  #rememberNames(): Promise<void> {
    this.#remembered ??= this.store.list(this.pairId).then((saved) => {
      for (const { path, target, targetNames } of saved) {
        const sourceName = (target?.names ?? path).at(-1);
        if (targetNames !== null && sourceName !== undefined) {
          this.mailbox.rememberFolder(targetNames, sourceName);
        }
      }
    });
    return this.#remembered;
  }

  async #ensure({ folderId, path, specialUse, target }: Place): Promise<TargetFolder> {
    try {
      await this.#rememberNames();
      const { folderId: targetFolderId, targetNames } = await this.mailbox.ensureFolder(
        path,
        specialUse,
        target ?? null,
      );
      await this.store.saveTarget(folderId, targetNames);
      return { kind: 'open', targetFolderId };
    } catch (error) {
      const found = asMigrationError(error);
      if (found.scope !== 'folder') throw error;
      return { kind: 'refused', explanation: found.message };
    }
  }
}

function notAnnounced(folderId: string): MigrationError {
  return new MigrationError({
    code: 'unexpected',
    scope: 'account',
    retry: { kind: 'after', delayMs: 0 },
    message: `messages arrived of the folder ${folderId}, which no reader has announced; they are read once more`,
  });
}
