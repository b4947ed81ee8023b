import { expect, it } from 'vitest';
import { durationsOf } from './user-durations.js';

const at = (seconds: number): Date => new Date(seconds * 1000);

it('adds up the time in each kind of status, the last one until now', () => {
  const history = [
    { status: 'Validating', at: at(0) },
    { status: 'Queued', at: at(10) },
    { status: 'Starting', at: at(40) },
    { status: 'Syncing', at: at(41) },
    { status: 'Synced', at: at(100) },
    { status: 'IncrementalSyncing', at: at(200) },
    { status: 'Synced', at: at(205) },
  ] as const;
  expect(durationsOf(history, at(305))).toEqual({ queued: 30, inProgress: 65, synced: 200 });
});
