import type { OutcomeReason } from './outcome.js';

/** How far the check of a batch is. `preparing` makes the list of its mailboxes. */
export const checkStates = ['preparing', 'running', 'done', 'stopped'] as const;
export type CheckState = (typeof checkStates)[number];

/** The answer for one mailbox. `notTried` means that nobody knows: its source was not logged in to. */
export const checkVerdicts = ['go', 'goWithNotes', 'noGo', 'notTried'] as const;
export type CheckVerdict = (typeof checkVerdicts)[number];

/** What a check says beside errors, in a closed list; docs/errors.md explains each. */
export const checkNotes = [
  'messagesLeftOut',
  'folderNamesChange',
  'foldersUnreadable',
  'sizesEstimated',
  'dailyDownloadLimit',
  'targetHasMessages',
  'targetFolderFull',
  'mailboxLarge',
  'loginNotTried',
  'passRunning',
] as const;
export type CheckNote = (typeof checkNotes)[number];

/** Why a message will not arrive, as far as it can be known before it is read. */
export const leftOutReasons = [
  'folderExcluded',
  'markedDeleted',
  'contentFilter',
  'tooLarge',
  'tooManyItems',
] as const satisfies readonly OutcomeReason[];
export type LeftOutReason = (typeof leftOutReasons)[number];
