import {
  batchStatuses,
  type BatchStatus,
  isBatchChangeLegal,
  isUserChangeLegal,
  userStatuses,
  type UserStatus,
} from './status.js';

/** Statuses that Microsoft has and that Sterna's IMAP migration never sets. */
export const unusedUserStatuses: readonly UserStatus[] = [
  'Provisioning',
  'ProvisionUpdating',
  'IncrementalSynced',
  'CompletionSynced',
  'Corrupted',
];

function drawChanges<Status extends string>(
  statuses: readonly Status[],
  isLegal: (from: Status, to: Status) => boolean,
): string[] {
  return statuses.flatMap((from) =>
    statuses.filter((to) => to !== 'Removing' && isLegal(from, to)).map((to) => `  ${from} --> ${to}`),
  );
}

/** All legal changes as a Mermaid state diagram, but for those to Removing, to which every status leads. */
export function drawBatchStatuses(): string {
  const changes = drawChanges<BatchStatus>(batchStatuses, isBatchChangeLegal);
  return ['stateDiagram-v2', '  [*] --> Created', ...changes, '  Removing --> [*]'].join('\n');
}

/** The same for migration users, without the statuses that are never set. */
export function drawUserStatuses(): string {
  const used = userStatuses.filter((status) => !unusedUserStatuses.includes(status));
  const changes = drawChanges<UserStatus>(used, isUserChangeLegal);
  return ['stateDiagram-v2', '  [*] --> Validating', ...changes, '  Removing --> [*]'].join('\n');
}
