import { MigrationError } from '@sterna/domain';
import type { SharedOutcome } from '../pass/pass-output.js';

/** The ends that the reader knows by itself, in words for the administrator. */
export const excluded: SharedOutcome = {
  outcome: 'filtered',
  reason: 'folderExcluded',
  explanation: 'The folder is left out by ExcludeFolders or IncludeFolders of the batch.',
};

export const notReceivedThen: SharedOutcome = {
  outcome: 'filtered',
  reason: 'contentFilter',
  explanation: 'The source received the message at a time that ContentFilter of the batch leaves out.',
};

export const markedDeleted: SharedOutcome = {
  outcome: 'filtered',
  reason: 'markedDeleted',
  explanation: 'The message is marked as deleted at the source and waits there to be expunged.',
};

export const goneFromSource: SharedOutcome = {
  outcome: 'vanished',
  reason: 'vanishedAtSource',
  explanation: 'The message was deleted or moved at the source before it could be read.',
};

export const goneWithFolder: SharedOutcome = {
  outcome: 'vanished',
  reason: 'vanishedAtSource',
  explanation: 'The folder was deleted or renamed at the source before the message could be read.',
};

export const renumbered: SharedOutcome = {
  outcome: 'vanished',
  reason: 'vanishedAtSource',
  explanation: 'The source gave the messages of the folder new UIDs; this one is counted under its new UID.',
};

export const alreadyThere: SharedOutcome = {
  outcome: 'alreadyThere',
  reason: null,
  explanation: 'The message arrived before the source gave it a new UID.',
};

export const underAnotherLabel: SharedOutcome = {
  outcome: 'alreadyThere',
  reason: null,
  explanation: 'The source shows the message in several folders; it arrived with another of them.',
};

export const arrivedUnderFormerName: SharedOutcome = {
  outcome: 'alreadyThere',
  reason: null,
  explanation:
    'The message arrived before the folder was renamed at the source, and is in the folder of that name.',
};

export const unreadableReason = 'unreadableAtSource';

/** @param explanation a sentence of its own for each kind of fault */
export function unreadable(explanation: string): SharedOutcome {
  return { outcome: 'failed', reason: unreadableReason, explanation };
}

export function tooLarge(limitBytes: number): SharedOutcome {
  const limit = `${(limitBytes / 1024 / 1024).toFixed(1)} MiB`;
  return {
    outcome: 'skipped',
    reason: 'tooLarge',
    explanation: `The message is larger than the limit of the batch, ${limit}. Raise the limit, or carry it over by hand.`,
  };
}

export function tooManyItems(maxItems: number): SharedOutcome {
  return {
    outcome: 'skipped',
    reason: 'tooManyItems',
    explanation: `The mailbox has more than the ${maxItems} messages that the batch allows; the newest of the first folders were taken.`,
  };
}

/** A fault of one folder, which the next pass reads anew. */
export function renumberedMeanwhile(path: readonly string[]): MigrationError {
  return new MigrationError({
    code: 'sourceFolderRefused',
    scope: 'folder',
    retry: { kind: 'backoff' },
    message: `the UIDVALIDITY of ${path.join('/')} changed during the pass; the next pass reads it anew`,
  });
}
