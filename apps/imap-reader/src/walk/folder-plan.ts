import type { LedgerState, OutcomeReason } from '@sterna/domain';
import { chunkUids, stateOfByte } from '@sterna/state';

/** A part of the ledger of one folder, as libs/state reads it. */
export interface LedgerPart {
  index: number;
  states: Buffer;
  fingerprints: Buffer;
  missed: readonly { uid: number; reason: OutcomeReason }[];
}

/** Messages that are looked at again: those in one of these states, and those missed for one of these reasons. */
export interface Again {
  states: ReadonlySet<LedgerState>;
  reasons: ReadonlySet<OutcomeReason>;
}

/** Nothing but what was left to do. */
export const onlyToDo: Again = { states: new Set(['toDo']), reasons: new Set() };

/** What is to do in one folder, all in ascending order. */
export interface FolderPlan {
  /** The ledger does not know them. */
  newUids: number[];
  /** Their content is to be sent: the new ones, and those that earlier passes left. */
  toDo: number[];
  /** The ledger has them to do, and the source has them no more. */
  vanished: number[];
  /** How many have an outcome already. */
  ended: number;
}

/** Visits every UID that the ledger knows. */
export function* knownUids(parts: readonly LedgerPart[]): Generator<{
  uid: number;
  state: LedgerState;
  fingerprint: Buffer;
}> {
  for (const part of parts) {
    for (let offset = 0; offset < part.states.length; offset += 1) {
      const state = stateOfByte(part.states[offset] ?? 0);
      if (state === 'unknown') continue;
      const fingerprint = part.fingerprints.subarray(offset * 8, offset * 8 + 8);
      yield { uid: part.index * chunkUids + offset + 1, state, fingerprint };
    }
  }
}

/** Compares the UIDs of the source with the ledger. */
export function planFolder(uids: readonly number[], parts: readonly LedgerPart[], again: Again): FolderPlan {
  const missed = missedFor(parts, again.reasons);
  const byIndex = new Map(parts.map((part) => [part.index, part.states]));
  const plan: FolderPlan = { newUids: [], toDo: [], vanished: [], ended: 0 };
  for (const uid of uids) {
    const state = stateOfByte(byIndex.get(Math.floor((uid - 1) / chunkUids))?.[(uid - 1) % chunkUids] ?? 0);
    if (state === 'unknown') plan.newUids.push(uid);
    if (state === 'unknown' || again.states.has(state) || missed.has(uid)) plan.toDo.push(uid);
    else plan.ended += 1;
  }
  const present = new Set(uids);
  for (const { uid, state } of knownUids(parts)) {
    if (state === 'toDo' && !present.has(uid)) plan.vanished.push(uid);
  }
  return plan;
}

/** UIDs of the ledger that are looked at again, ascending. */
export function uidsAgain(parts: readonly LedgerPart[], again: Again): number[] {
  const missed = missedFor(parts, again.reasons);
  const found: number[] = [];
  for (const { uid, state } of knownUids(parts)) {
    if (again.states.has(state) || missed.has(uid)) found.push(uid);
  }
  return found;
}

function missedFor(parts: readonly LedgerPart[], reasons: ReadonlySet<OutcomeReason>): Set<number> {
  const found = parts.flatMap(({ missed }) => missed.filter(({ reason }) => reasons.has(reason)));
  return new Set(found.map(({ uid }) => uid));
}

/** The newest first: blocks from the end, each ascending, so that UID ranges stay short. */
export function newestFirst(uids: readonly number[], blockSize = 500): number[][] {
  const blocks: number[][] = [];
  for (let end = uids.length; end > 0; end -= blockSize)
    blocks.push(uids.slice(Math.max(0, end - blockSize), end));
  return blocks;
}
