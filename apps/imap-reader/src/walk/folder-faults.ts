import { asMigrationError, MigrationError } from '@sterna/domain';
import type { Logger } from '@sterna/platform';

/** Faults that spoil one folder each; the walk goes on with the next, and the pass tells of them at its end. */
export class FolderFaults {
  #first: MigrationError | null = null;
  readonly #folders = new Set<string>();

  constructor(private readonly logger: Logger) {}

  /** Notes a fault of a folder. @throws whatever spoils more than the folder. */
  note(path: readonly string[], error: unknown): void {
    const found = asMigrationError(error);
    if (found.scope !== 'folder') throw found;
    this.logger.warn({ error: found }, 'a folder cannot be read; the walk goes on with the next');
    this.#first ??= found;
    this.#folders.add(path.join('/'));
  }

  /** What the administrator is told, or null where every folder was read. */
  summary(): MigrationError | null {
    const first = this.#first;
    if (first === null) return null;
    const names = [...this.#folders].slice(0, 10).join(', ');
    return new MigrationError({
      code: first.code,
      scope: 'folder',
      retry: first.retry,
      message: `${this.#folders.size} of the folders could not be read: ${names}. The first fault: ${first.message}`,
      cause: first,
    });
  }
}
