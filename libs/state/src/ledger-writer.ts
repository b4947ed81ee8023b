import { type LedgerState, MigrationError } from '@sterna/domain';
import { isDuplicateKey, type ParsedCollection } from './collection.js';
import { chunkIndexOf, LedgerChunk, type LedgerEntry } from './ledger-chunk.js';
import type { ledgerChunkSchema } from './ledger-chunk-document.js';

export const epochsPerPass = 65_536;
const cachedChunks = 64;

interface ChunkPlace {
  folderId: string;
  uidValidity: number;
  index: number;
}

interface OpenChunk {
  id: string;
  folderId: string;
  uidValidity: number;
  chunk: LedgerChunk;
  /** Changes since it was opened; saved up to `saved`. */
  changes: number;
  saved: number;
}

/**
 * The one writer of a pass. Chunks are kept open and saved whole, many outcomes in one update (group commit):
 * record() resolves when its outcome is on disk. A chunk that a newer pass or writer has saved is refused.
 */
export class LedgerWriter {
  readonly #open = new Map<string, { opening: Promise<OpenChunk>; pins: number }>();
  readonly #saving = new Map<string, Promise<void>>();

  constructor(
    private readonly chunks: ParsedCollection<typeof ledgerChunkSchema>,
    private readonly owner: { tenantId: string; pairId: string; passNumber: number; writerEpoch: number },
  ) {}

  get #fence(): number {
    return this.owner.passNumber * epochsPerPass + this.owner.writerEpoch;
  }

  /** What is recorded of a UID. */
  stateOf(folderId: string, uidValidity: number, uid: number): Promise<LedgerState> {
    return this.#withChunk({ folderId, uidValidity, index: chunkIndexOf(uid) }, (open) =>
      Promise.resolve(open.chunk.stateOf(uid)),
    );
  }

  /** Notes UIDs that the source has; those that are known stay as they are. Resolves when saved. */
  async plan(folderId: string, uidValidity: number, uids: readonly number[]): Promise<void> {
    for (const [index, members] of Map.groupBy(uids, chunkIndexOf)) {
      await this.#withChunk({ folderId, uidValidity, index }, async (open) => {
        const planned = members.filter((uid) => open.chunk.plan(uid));
        if (planned.length === 0) return;
        open.changes += 1;
        await this.#save(open);
      });
    }
  }

  /**
   * Records an outcome; resolves when it is saved.
   * @throws MigrationError passSuperseded when a newer pass or writer has taken over.
   */
  record(folderId: string, uidValidity: number, entry: LedgerEntry): Promise<void> {
    return this.#withChunk({ folderId, uidValidity, index: chunkIndexOf(entry.uid) }, async (open) => {
      open.chunk.record(entry);
      open.changes += 1;
      await this.#save(open);
    });
  }

  /** Waits for a running save, then saves once for all who came meanwhile. */
  async #save(open: OpenChunk): Promise<void> {
    const wanted = open.changes;
    while (open.saved < wanted) {
      const running = this.#saving.get(open.id);
      if (running !== undefined) {
        await running;
        continue;
      }
      const saving = this.#write(open).finally(() => this.#saving.delete(open.id));
      this.#saving.set(open.id, saving);
      await saving;
    }
  }

  async #write(open: OpenChunk): Promise<void> {
    const changes = open.changes;
    const { tenantId, pairId } = this.owner;
    const { chunk, folderId, uidValidity } = open;
    const { states, fingerprints } = chunk.used;
    const content = {
      tenantId,
      pairId,
      folderId,
      uidValidity,
      index: chunk.index,
      states: Buffer.from(states),
      fingerprints: Buffer.from(fingerprints),
      tally: { ...chunk.tally },
      missed: chunk.missed,
      fence: this.#fence,
    };
    const filter = { chunkId: open.id, fence: { $lte: this.#fence } };
    try {
      await this.chunks.raw.updateOne(filter, { $set: content }, { upsert: true });
    } catch (error) {
      // the upsert meets the unique chunkId when the stored fence is newer
      if (isDuplicateKey(error)) throw superseded(open.id);
      throw error;
    }
    open.saved = Math.max(open.saved, changes);
  }

  /** Uses a chunk, which stays open at least until `use` has ended. */
  async #withChunk<T>(place: ChunkPlace, use: (open: OpenChunk) => Promise<T>): Promise<T> {
    const id = `${this.owner.pairId}.${place.folderId}.${place.uidValidity}.${place.index}`;
    const entry = this.#open.get(id) ?? { opening: this.#read(id, place), pins: 0 };
    this.#open.set(id, entry);
    entry.pins += 1;
    try {
      return await use(await entry.opening);
    } catch (error) {
      // what is in memory is not what is on disk: the next use reads it again
      if (this.#open.get(id) === entry) this.#open.delete(id);
      throw error;
    } finally {
      entry.pins -= 1;
      this.#closeOldest();
    }
  }

  async #read(id: string, place: ChunkPlace): Promise<OpenChunk> {
    const saved = await this.chunks.findOne({ chunkId: id });
    if (saved !== null && saved.fence > this.#fence) throw superseded(id);
    const chunk = new LedgerChunk(place.index, saved ?? undefined);
    return { id, folderId: place.folderId, uidValidity: place.uidValidity, chunk, changes: 0, saved: 0 };
  }

  /** Closes chunks that nobody uses, so that memory does not grow with the mailbox; all of them are saved. */
  #closeOldest(): void {
    for (const [id, entry] of this.#open) {
      if (this.#open.size <= cachedChunks) return;
      if (entry.pins === 0) this.#open.delete(id);
    }
  }
}

function superseded(chunkId: string): MigrationError {
  return new MigrationError({
    code: 'passSuperseded',
    scope: 'account',
    retry: { kind: 'never' },
    message: `a newer pass or writer has saved chunk ${chunkId}; this one must end`,
  });
}
