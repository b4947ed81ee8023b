/** Lets large messages into memory only as far as they fit together; one that is larger than all goes alone. */
export class ByteBudget {
  #used = 0;
  readonly #waiting: { bytes: number; enter: () => void }[] = [];

  constructor(private readonly bytes: number) {}

  /** Runs `work` while `bytes` are taken from the budget; those who came first go first. */
  async with<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((enter) => {
      this.#waiting.push({ bytes, enter });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      this.#used -= bytes;
      this.#admit();
    }
  }

  #admit(): void {
    for (;;) {
      const next = this.#waiting[0];
      if (next === undefined || (this.#used > 0 && this.#used + next.bytes > this.bytes)) return;
      this.#waiting.shift();
      this.#used += next.bytes;
      next.enter();
    }
  }
}
