import type { BatchStatus, UserStatus } from '@sterna/domain';

const interrupted: ReadonlySet<UserStatus | BatchStatus> = new Set<UserStatus | BatchStatus>([
  'Validating',
  'Queued',
  'Waiting',
  'Starting',
  'Syncing',
  'Stopping',
]);

/**
 * What the final report says of something whose removal cut its work off: the last status before Removing, and
 * Stopped where that was one of work under way. A history that is empty gives null.
 */
export function finalStatusOf<Status extends UserStatus | BatchStatus>(
  history: readonly { status: Status }[],
): Status | 'Stopped' | 'Synced' | null {
  const last = history.findLast(({ status }) => status !== 'Removing')?.status ?? null;
  if (last === null) return null;
  // an incremental pass that was cut off leaves a mailbox that has all its mail but the newest
  if (last === 'IncrementalSyncing' || last === 'Completing') return 'Synced';
  return interrupted.has(last) ? 'Stopped' : last;
}
