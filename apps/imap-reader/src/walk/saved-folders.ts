import { emptyTally, type Tally } from '@sterna/domain';
import type { SourceFolderStatus } from '@sterna/imap';
import type { Folder, Pass, StateStore } from '@sterna/state';

/** What earlier passes saw of the folders, and what the ledger says of each. */
export class SavedFolders {
  readonly #passes = new Map<number, Promise<Pass | null>>();

  private constructor(
    private readonly store: StateStore,
    private readonly pass: Pass,
    private readonly folders: ReadonlyMap<string, Folder>,
    private readonly tallies: ReadonlyMap<string, Tally>,
  ) {}

  static async load(store: StateStore, pass: Pass): Promise<SavedFolders> {
    const [folders, tallies] = await Promise.all([
      store.folders.list(pass.pairId),
      store.ledger.tallyByFolder(pass.pairId),
    ]);
    return new SavedFolders(store, pass, new Map(folders.map((one) => [one.folderId, one])), tallies);
  }

  find(folderId: string): Folder | null {
    return this.folders.get(folderId) ?? null;
  }

  all(): Iterable<Folder> {
    return this.folders.values();
  }

  tallyOf(folderId: string): Tally {
    return this.tallies.get(folderId) ?? emptyTally;
  }

  /** Messages that arrived at the target, of all folders. */
  migrated(): number {
    return [...this.tallies.values()].reduce((sum, tally) => sum + tally.migrated, 0);
  }

  /**
   * The saved state, when it may be built upon: the pass that saved it ended as done, so every UID below its
   * UIDNEXT is in the ledger. Otherwise null, and the folder is compared UID by UID.
   */
  async basisOf(folderId: string, uidValidity: number | null): Promise<Folder | null> {
    const saved = this.find(folderId);
    if (saved === null || saved.uidValidity !== uidValidity || saved.uidNext < 1) return null;
    const pass = await this.#passOf(saved.seenInPass);
    return pass?.result === 'done' && pass.createdAt <= saved.updatedAt ? saved : null;
  }

  /** Whether the user's pass of this number ended well. */
  async isPassDone(number: number): Promise<boolean> {
    return (await this.#passOf(number))?.result === 'done';
  }

  #passOf(number: number): Promise<Pass | null> {
    const found = this.#passes.get(number) ?? this.store.passes.findByNumber(this.pass.userId, number);
    this.#passes.set(number, found);
    return found;
  }
}

/** Whether STATUS says that nothing happened in a folder since its state was saved. */
export function isUnchanged(saved: Folder, now: SourceFolderStatus): boolean {
  return (
    saved.uidValidity === now.uidValidity &&
    saved.uidNext === now.uidNext &&
    saved.exists === now.messages &&
    saved.highestModseq === now.highestModseq
  );
}

/** All UIDVALIDITYs that a folder has or had, each once. */
export function uidValiditiesOf({ uidValidity, previousUidValidities }: Folder): number[] {
  return [...new Set([uidValidity, ...previousUidValidities])];
}
