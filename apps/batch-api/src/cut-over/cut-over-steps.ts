import type { BatchView } from '@sterna/reports';
import type { CutOver } from './cut-over.schema.js';

export interface CutOverFacts {
  batch: Pick<BatchView, 'name' | 'status' | 'lastSyncedAt' | 'completeAfter' | 'users'>;
  domains: CutOver['domains'];
  mxSwitchedAt: Date | null;
  graceEndsAt: Date | null;
  now: Date;
}

/**
 * The end of Microsoft's article, in its order: MX records, 72 hours until all senders have seen them, a last
 * synchronisation, then the batch may go.
 */
export function cutOverSteps({
  batch,
  domains,
  mxSwitchedAt,
  graceEndsAt,
  now,
}: CutOverFacts): CutOver['steps'] {
  const isCompleted = batch.status === 'Completed';
  const isSynced = isCompleted || batch.users.active + batch.users.failed + batch.users.stopped === 0;
  const pending = domains.filter(({ isSwitched }) => !isSwitched);
  const isGraceOver = graceEndsAt !== null && graceEndsAt <= now;
  const isSyncedSince =
    isGraceOver && batch.lastSyncedAt !== null && new Date(batch.lastSyncedAt) >= graceEndsAt;
  return [
    {
      step: 'initialSync',
      isDone: isSynced,
      advice: isSynced
        ? 'All mailboxes are synchronised.'
        : `${batch.users.active} mailboxes are on their way, ${batch.users.failed} have failed, ${batch.users.stopped} are stopped: sterna user list --batch "${batch.name}"`,
    },
    {
      step: 'mxRecords',
      isDone: pending.length === 0,
      advice:
        pending.length === 0
          ? 'The MX records of all domains point to Exchange Online.'
          : `Lower the TTL of the MX records to 3600 seconds a day ahead; then point those of ${pending.map(({ domain, expected }) => `${domain} to ${expected}`).join(', ')} (the Microsoft 365 admin center shows the exact name).`,
    },
    {
      step: 'grace',
      isDone: isGraceOver,
      advice:
        mxSwitchedAt === null || graceEndsAt === null
          ? 'Senders may use the old server for up to 72 hours after the MX records were changed; the daily synchronisation goes on meanwhile.'
          : `The MX records were first seen switched at ${mxSwitchedAt.toISOString()}; the grace ends at ${graceEndsAt.toISOString()}.`,
    },
    {
      step: 'lastSync',
      isDone: isSyncedSince || isCompleted,
      advice:
        isSyncedSince || isCompleted
          ? 'The batch was synchronised after the grace.'
          : `Last synchronised: ${batch.lastSyncedAt ?? 'never'}. It has to be after the grace: sterna batch sync "${batch.name}", or complete the batch, which does it.`,
    },
    {
      step: 'complete',
      isDone: isCompleted,
      advice: isCompleted
        ? 'The batch is Completed.'
        : batch.completeAfter === null
          ? `sterna batch complete "${batch.name}" synchronises once more and ends the batch.`
          : `The batch is completed at ${batch.completeAfter}.`,
    },
    {
      step: 'remove',
      isDone: false,
      advice: `When everything is in its place: sterna batch remove "${batch.name}". Only then switch the old server off.`,
    },
  ];
}
