import type { UserStatus } from '@sterna/domain';
import type { UserStatistics } from './user.schema.js';

type Kind = keyof UserStatistics['durations'];

const kinds: Partial<Record<UserStatus, Kind>> = {
  Queued: 'queued',
  Starting: 'inProgress',
  Syncing: 'inProgress',
  IncrementalSyncing: 'inProgress',
  Completing: 'inProgress',
  Stopping: 'inProgress',
  Synced: 'synced',
  IncrementalSynced: 'synced',
};

/** The seconds that a user spent waiting for its turn, synchronising, and synced, from its last 100 changes. */
export function durationsOf(
  history: readonly { status: UserStatus; at: Date }[],
  now: Date,
): UserStatistics['durations'] {
  const durations = { queued: 0, inProgress: 0, synced: 0 };
  for (const [index, { status, at }] of history.entries()) {
    const kind = kinds[status];
    const until = history[index + 1]?.at ?? now;
    if (kind !== undefined) durations[kind] += Math.max(0, until.getTime() - at.getTime()) / 1000;
  }
  return durations;
}
