import type { Connection } from 'mongoose';
import { ParsedCollection } from './collection.js';
import { type Folder, folderSchema } from './documents.js';

/** What a pass saw of a source folder. */
export type FolderState = Omit<Folder, 'previousUidValidities' | 'updatedAt' | 'targetNames'>;

/** The folders of the sources, as the last pass that finished with them saw them. */
export class FolderRepository {
  readonly #folders: ParsedCollection<typeof folderSchema>;

  constructor(connection: Connection) {
    this.#folders = new ParsedCollection(connection, 'folders', folderSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#folders.index({ folderId: 1 }, { unique: true });
    await this.#folders.index({ pairId: 1 });
  }

  list(pairId: string): Promise<Folder[]> {
    return this.#folders.find({ pairId });
  }

  /** Saves what was seen; a UIDVALIDITY that is left behind is kept, for its fingerprints. */
  async save(state: FolderState): Promise<void> {
    const known = await this.#folders.findOne({ folderId: state.folderId });
    const previous = known?.previousUidValidities ?? [];
    const isNew = known !== null && known.uidValidity !== state.uidValidity;
    const previousUidValidities = isNew ? [...new Set([...previous, known.uidValidity])] : previous;
    await this.#folders.raw.updateOne(
      { folderId: state.folderId },
      { $set: { ...state, previousUidValidities, updatedAt: new Date() } },
      { upsert: true },
    );
  }

  /** Saves what the target folder is called; nothing where no reader has saved the folder. */
  async saveTarget(folderId: string, targetNames: readonly string[]): Promise<void> {
    await this.#folders.raw.updateOne({ folderId }, { $set: { targetNames: [...targetNames] } });
  }

  forget(pairId: string): Promise<number> {
    return this.#folders.removeMany({ pairId });
  }
}
