import { randomUUID } from 'node:crypto';
import type { MigrationUser, Pass, SlotKind } from '@sterna/state';

/** A pass of a user, claimed by nobody. */
export function newPass(user: MigrationUser, number: number, slot: SlotKind, now: Date): Pass {
  const { tenantId, batchId, userId, pairId, endpointId } = user;
  return {
    passId: randomUUID(),
    tenantId,
    batchId,
    userId,
    pairId,
    endpointId,
    number,
    kind: slot === 'initial' ? 'initial' : user.syncNow ? 'forced' : 'incremental',
    state: 'queued',
    reader: { owner: '', until: new Date(0), attempt: 0 },
    readingDone: false,
    writer: { owner: '', until: new Date(0), epoch: 0 },
    stopRequested: false,
    result: null,
    error: null,
    createdAt: now,
    offeredAt: now,
    startedAt: null,
    endedAt: null,
    settledAt: null,
  };
}

/** Which of the endpoint's limits a pass falls under. */
export const slotKindOf = (pass: Pick<Pass, 'kind'>): SlotKind =>
  pass.kind === 'initial' ? 'initial' : 'incremental';
