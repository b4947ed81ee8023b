/**
 * The ends that a source message can come to. Each UID that was found has exactly one of them, or is still
 * to do; the number is the byte in the ledger and never changes its meaning.
 */
export const outcomeBytes = {
  unknown: 0,
  toDo: 1,
  migrated: 2,
  alreadyThere: 3,
  filtered: 4,
  skipped: 5,
  failed: 6,
  vanished: 7,
} as const;
export type LedgerState = keyof typeof outcomeBytes;
export const outcomes = ['migrated', 'alreadyThere', 'filtered', 'skipped', 'failed', 'vanished'] as const;
export type Outcome = (typeof outcomes)[number];

/** Why a message did not arrive, in a closed list; the sentence for the administrator goes with it. */
export const outcomeReasons = [
  'tooLarge',
  'tooManyItems',
  'folderExcluded',
  'contentFilter',
  'markedDeleted',
  'unreadableAtSource',
  'inventedBySource',
  'refusedByTarget',
  'targetFull',
  'vanishedAtSource',
] as const;
export type OutcomeReason = (typeof outcomeReasons)[number];

/** A message that did not arrive, as the reports list it. `sizeBytes` is 0 where the source did not say. */
export interface MissedMessage {
  uid: number;
  outcome: Exclude<Outcome, 'migrated' | 'alreadyThere'>;
  reason: OutcomeReason;
  /** A sentence that says what happened and what can be done. */
  explanation: string;
  sizeBytes: number;
  messageId: string | null;
  /** The subject, or its SHA-256 where the tenant wants no subjects kept. */
  subject: string | null;
  /** From as the message has it; null where it has none or the tenant wants no subjects kept. */
  sender: string | null;
  /** Date of the message and INTERNALDATE of the source, ISO 8601. */
  sentAt: string | null;
  receivedAt: string | null;
}

/** How many messages came to which end; `found` is the sum of all the others, at any moment. */
export interface Tally {
  found: number;
  toDo: number;
  migrated: number;
  alreadyThere: number;
  filtered: number;
  skipped: number;
  failed: number;
  vanished: number;
  migratedBytes: number;
}

export const emptyTally: Tally = {
  found: 0,
  toDo: 0,
  migrated: 0,
  alreadyThere: 0,
  filtered: 0,
  skipped: 0,
  failed: 0,
  vanished: 0,
  migratedBytes: 0,
};

/** Adds two tallies. */
export function addTallies(a: Tally, b: Tally): Tally {
  return {
    found: a.found + b.found,
    toDo: a.toDo + b.toDo,
    migrated: a.migrated + b.migrated,
    alreadyThere: a.alreadyThere + b.alreadyThere,
    filtered: a.filtered + b.filtered,
    skipped: a.skipped + b.skipped,
    failed: a.failed + b.failed,
    vanished: a.vanished + b.vanished,
    migratedBytes: a.migratedBytes + b.migratedBytes,
  };
}

/** Whether the accounts add up: found = migrated + already there + filtered + skipped + failed + vanished + to do. */
export function isBalanced(tally: Tally): boolean {
  const ended = outcomes.reduce((sum, outcome) => sum + tally[outcome], 0);
  return tally.found === ended + tally.toDo;
}

/** Kind of a SkippedItem of Get-MigrationUserStatistics; FilteredItem is Sterna's own, for what was left out by choice. */
export const skippedItemKinds = ['BadItem', 'LargeItem', 'MissingItem', 'FilteredItem'] as const;
export type SkippedItemKind = (typeof skippedItemKinds)[number];

const kinds: Record<OutcomeReason, SkippedItemKind> = {
  tooLarge: 'LargeItem',
  tooManyItems: 'BadItem',
  folderExcluded: 'FilteredItem',
  contentFilter: 'FilteredItem',
  markedDeleted: 'FilteredItem',
  unreadableAtSource: 'BadItem',
  inventedBySource: 'BadItem',
  refusedByTarget: 'BadItem',
  targetFull: 'BadItem',
  vanishedAtSource: 'MissingItem',
};

export function skippedItemKindOf(reason: OutcomeReason): SkippedItemKind {
  return kinds[reason];
}

/** From best to worst. */
export const dataConsistencyScores = ['Perfect', 'Good', 'Investigate', 'Poor'] as const;
export type DataConsistencyScore = (typeof dataConsistencyScores)[number];

/**
 * How much of the mail that was wanted did not arrive. Microsoft names the four scores and keeps its thresholds to
 * itself; here: nothing is Perfect, up to one message in a thousand is Good, up to one in a hundred, or up to five,
 * is Investigate, more is Poor. What was left out by choice or was deleted at the source does not count.
 */
export function scoreOf({ found, failed, skipped }: Tally): DataConsistencyScore {
  const lost = failed + skipped;
  if (lost === 0) return 'Perfect';
  if (lost * 1000 <= found) return 'Good';
  return lost * 100 <= found || lost <= 5 ? 'Investigate' : 'Poor';
}

/** That of a batch is that of its worst mailbox. */
export function worstScore(scores: Iterable<DataConsistencyScore>): DataConsistencyScore {
  let worst = 0;
  for (const score of scores) worst = Math.max(worst, dataConsistencyScores.indexOf(score));
  return dataConsistencyScores[worst] ?? 'Perfect';
}
