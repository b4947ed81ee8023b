import { setTimeout as pause } from 'node:timers/promises';

/** Waits `ms`, or less when the signal aborts; never throws. */
export async function pauseFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(ms, undefined, signal === undefined ? {} : { signal });
  } catch {
    // aborted: the caller looks at the signal
  }
}
