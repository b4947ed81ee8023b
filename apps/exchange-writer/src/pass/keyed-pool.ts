/** Runs tasks side by side, at most `limit` at a time, and never two of one key. */
export class KeyedPool {
  readonly #running = new Map<string, Promise<void>>();

  constructor(private readonly limit: number) {}

  /** Resolves once the task has begun. `task` must not reject. */
  async add(key: string, task: () => Promise<void>): Promise<void> {
    for (;;) {
      const sameKey = this.#running.get(key);
      if (sameKey !== undefined) await sameKey;
      else if (this.#running.size >= this.limit) await Promise.race(this.#running.values());
      else break;
    }
    const running = task().finally(() => this.#running.delete(key));
    this.#running.set(key, running);
  }

  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  /** Resolves when nothing runs. */
  async drain(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
