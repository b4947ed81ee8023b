/** One thing that the scheduler does; every replica does all of them, so each is safe to do at the same time. */
export interface Duty {
  readonly name: string;
  /** The pause between two runs, ms; 0 is every tick. */
  readonly everyMs: number;
  /** `signal` aborts when the service ends: what is begun is finished, nothing more is begun. */
  run(signal: AbortSignal): Promise<void>;
}
