import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import path from 'node:path';

interface SpoolFile {
  file: string;
  parts: number;
  sizeBytes: number;
}

/** A large message that has arrived whole. */
export interface SpooledMessage {
  path: string;
  remove(): Promise<void>;
}

/**
 * Collects the parts of large messages on disk, each message in a file of its own that only this user can read.
 * Parts are acknowledged before the message is written; what a crash loses here is still to do in the ledger.
 */
export class PartSpool {
  readonly #files = new Map<string, SpoolFile>();
  #directory: Promise<string> | null = null;
  #count = 0;

  constructor(private readonly parent: string) {}

  /** Keeps a part. Part 0 begins anew; a part that came before is passed over, one out of place voids the message. */
  async add(key: string, index: number, content: Buffer): Promise<void> {
    if (index === 0) await this.#begin(key);
    const spooled = this.#files.get(key);
    if (spooled === undefined || index < spooled.parts) return;
    if (index > spooled.parts) {
      await this.#drop(key);
      return;
    }
    const handle = await open(spooled.file, 'a', 0o600);
    try {
      await handle.appendFile(content);
    } finally {
      await handle.close();
    }
    spooled.parts += 1;
    spooled.sizeBytes += content.length;
  }

  /** The message, when every part of it is here; otherwise null, and what there was is removed. */
  async take(key: string, whole: { parts: number; sizeBytes: number }): Promise<SpooledMessage | null> {
    const spooled = this.#files.get(key);
    if (spooled === undefined) return null;
    if (spooled.parts !== whole.parts || spooled.sizeBytes !== whole.sizeBytes) {
      await this.#drop(key);
      return null;
    }
    this.#files.delete(key);
    const { file } = spooled;
    return { path: file, remove: () => rm(file, { force: true }) };
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    const directory = await this.#directory;
    this.#files.clear();
    this.#directory = null;
    if (directory !== null) await rm(directory, { recursive: true, force: true });
  }

  async #begin(key: string): Promise<void> {
    await this.#drop(key);
    this.#directory ??= this.#makeDirectory();
    const directory = await this.#directory;
    this.#count += 1;
    this.#files.set(key, { file: path.join(directory, `${this.#count}.eml`), parts: 0, sizeBytes: 0 });
  }

  async #makeDirectory(): Promise<string> {
    await mkdir(this.parent, { recursive: true, mode: 0o700 });
    return mkdtemp(path.join(this.parent, 'pass-'));
  }

  async #drop(key: string): Promise<void> {
    const spooled = this.#files.get(key);
    this.#files.delete(key);
    if (spooled !== undefined) await rm(spooled.file, { force: true });
  }
}
