import type { Pass } from '@sterna/state';

export type WorkerRole = 'reader' | 'writer';

/** A pass that nobody has claimed for this long may be lost on its way. */
export const unclaimedMs = 60_000;

/** Whether a pass is without a worker that it needs: a reader until all is read, a writer from its first reader on. */
export function lacks(pass: Pass, role: WorkerRole, now: Date): boolean {
  const isNeeded = role === 'reader' ? !pass.readingDone : pass.reader.attempt > 0;
  return isNeeded && pass.state !== 'ended' && pass[role].until <= now;
}

/** Whether a worker had the pass and gave it up, or died, since the pass was offered last. */
export function wasDropped(pass: Pass, role: WorkerRole): boolean {
  return pass[role].owner !== '' && pass.offeredAt < pass[role].until;
}

/** Whether the pass was offered so long ago that its envelope may be lost. */
export function isOverdue(pass: Pass, now: Date): boolean {
  return pass.offeredAt.getTime() <= now.getTime() - unclaimedMs;
}
