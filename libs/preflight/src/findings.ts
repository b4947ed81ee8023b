import {
  type CheckNote,
  type CheckVerdict,
  type ErrorCode,
  estimateMailbox,
  type LeftOutReason,
  type MailboxEstimate,
  type MigrationError,
} from '@sterna/domain';
import type { Batch, MigrationUser } from '@sterna/state';
import { adviceOf } from './advice.js';
import type { CheckedSource, CheckOrder } from './check-mailbox.js';
import { type MailboxCheck, nothingLeftOut } from './mailbox-check.js';
import type { SourceSurvey } from './source-survey.js';
import type { TargetLook } from './target-look.js';

/** Mailboxes of the smaller plans have 50 GB, of the larger ones 100 GB (Exchange Online limits, mailbox storage). */
const smallPlanBytes = 50_000_000_000;
/** These a batch does not ask for: they are worth a word. */
const unwanted = ['markedDeleted', 'tooLarge', 'tooManyItems'] as const satisfies readonly LeftOutReason[];

/** All that was seen of one mailbox. */
export interface Seen extends Pick<CheckOrder, 'mailboxSeconds' | 'skipLogin'> {
  user: Pick<MigrationUser, 'emailAddress' | 'userName'>;
  batch: Pick<Batch, 'largeItemLimit'>;
  source: CheckedSource;
  target: TargetLook;
  isBusy: boolean;
  alreadyMigrated: number;
  userNameFormat: MailboxCheck['userNameFormat'];
  checkedAt: Date;
}

type Problem = MailboxCheck['problems'][number];
type Note = MailboxCheck['notes'][number];

/** Makes of what was seen what it means: go or no go, why, and how long it will take. */
export function findingsOf(seen: Seen): MailboxCheck {
  const { user, source, target } = seen;
  const problems = problemsOf(seen);
  const notes = notesOf(seen);
  const { renamedCount, renamed } = target;
  return {
    emailAddress: user.emailAddress,
    userName: user.userName,
    userNameFormat: seen.userNameFormat,
    verdict: verdictOf(problems, notes),
    problems,
    notes,
    source: sourceOf(source.survey),
    target: { isChecked: target.error === null, messages: target.messages, roundTripMs: target.roundTripMs },
    alreadyMigrated: seen.alreadyMigrated,
    renamedCount,
    renamed,
    estimate: estimateOf(source.survey, target, seen.alreadyMigrated),
    checkedAt: seen.checkedAt.toISOString(),
  };
}

function verdictOf(problems: readonly Problem[], notes: readonly Note[]): CheckVerdict {
  if (problems.length > 0) return 'noGo';
  if (notes.some(({ code }) => code === 'loginNotTried' || code === 'passRunning')) return 'notTried';
  return notes.length > 0 ? 'goWithNotes' : 'go';
}

function problemsOf({ source, target, batch }: Seen): Problem[] {
  const problems: Problem[] = [];
  const add = (code: ErrorCode, message: string) => problems.push({ code, message, advice: adviceOf(code) });
  const addError = (error: MigrationError | null) => {
    if (error !== null) add(error.code, error.message);
  };
  addError(source.error);
  addError(target.error);
  const tooLarge = source.survey?.tally.leftOut.tooLarge ?? 0;
  if (batch.largeItemLimit !== null && tooLarge > batch.largeItemLimit) {
    const message = `${tooLarge} messages are too large, and the batch allows ${batch.largeItemLimit} of them`;
    add('largeItemLimitExceeded', message);
  }
  return problems;
}

function notesOf(seen: Seen): Note[] {
  const { source, target, skipLogin, isBusy, mailboxSeconds } = seen;
  const { survey } = source;
  const notes: Note[] = [];
  const add = (code: CheckNote, message: string) => notes.push({ code, message });
  if (isBusy) add('passRunning', 'a pass of this mailbox is running; its source was left alone');
  else if (skipLogin !== null) add('loginNotTried', skipLogin);
  if (survey !== null) addSurveyNotes(survey, mailboxSeconds, add);
  if (target.renamedCount > 0) {
    add('folderNamesChange', `${plural(target.renamedCount, 'folder')} will have another name in Exchange`);
  }
  if (target.messages > 0) {
    add('targetHasMessages', `the target folders hold ${plural(target.messages, 'message')} already`);
  }
  for (const path of target.fullFolders) {
    add(
      'targetFolderFull',
      `${path} would come above the 1,000,000 messages that Exchange allows in a folder`,
    );
  }
  return notes;
}

function addSurveyNotes(
  { tally, unreadable, sizesFrom, bytesPerDay }: SourceSurvey,
  mailboxSeconds: number,
  add: (code: CheckNote, message: string) => void,
): void {
  const left = unwanted.filter((reason) => tally.leftOut[reason] > 0);
  if (left.length > 0) {
    const parts = left.map((reason) => `${tally.leftOut[reason]} ${reason}`);
    add('messagesLeftOut', `messages that will not arrive: ${parts.join(', ')}`);
  }
  if (unreadable.length > 0) {
    add('foldersUnreadable', `the server does not open ${unreadable.slice(0, 10).join(', ')}`);
  }
  if (sizesFrom !== 'messages') {
    const rest = sizesFrom === 'folders' ? 'the sums of the server' : 'an estimate';
    const what =
      mailboxSeconds === 0 ? 'the sizes are' : `sizes that were not read in ${mailboxSeconds} s are`;
    add(
      'sizesEstimated',
      `${what} ${rest}; what is left out for its size, date or flags is not known of these`,
    );
  }
  if (bytesPerDay !== null && tally.bytes > bytesPerDay) {
    const days = Math.ceil(tally.bytes / bytesPerDay);
    add('dailyDownloadLimit', `the source gives ${bytesPerDay / 1e6} MB a day: ${days} days`);
  }
  if (tally.bytes > smallPlanBytes) {
    add('mailboxLarge', 'more than the 50 GB that mailboxes of the smaller plans have');
  }
}

function sourceOf(survey: SourceSurvey | null): MailboxCheck['source'] {
  if (survey === null) {
    const none = {
      folders: 0,
      excludedFolders: 0,
      messages: 0,
      bytes: 0,
      largestMessageBytes: 0,
      repeated: 0,
      roundTripMs: 0,
    };
    return {
      isChecked: false,
      ...none,
      sizesFrom: 'messages',
      leftOut: nothingLeftOut(),
      unreadableFolders: [],
    };
  }
  const { folders, excludedFolders, unreadable, tally, sizesFrom } = survey;
  return {
    isChecked: true,
    folders: folders.length,
    excludedFolders,
    messages: tally.messages,
    bytes: tally.bytes,
    sizesFrom,
    largestMessageBytes: tally.largestBytes,
    repeated: tally.repeated,
    leftOut: tally.leftOut,
    unreadableFolders: unreadable,
    roundTripMs: Math.ceil(survey.roundTripMs),
  };
}

/** Of what is still to do: what arrived in an earlier batch is not moved again. */
function estimateOf(
  survey: SourceSurvey | null,
  target: TargetLook,
  alreadyMigrated: number,
): MailboxEstimate {
  if (survey === null) return { seconds: 0, boundBy: 'targetRequestLimit' };
  const { tally, folders, bytesPerDay } = survey;
  const share = tally.messages === 0 ? 0 : Math.max(0, tally.messages - alreadyMigrated) / tally.messages;
  const load = {
    folders: folders.length,
    messages: Math.round(tally.messages * share),
    bytes: Math.round(tally.bytes * share),
    largeMessages: Math.round(tally.largeMessages * share),
    largeBytes: Math.round(tally.largeBytes * share),
  };
  return estimateMailbox(load, {
    sourceRoundTripMs: survey.roundTripMs,
    targetRoundTripMs: target.roundTripMs,
    sourceBytesPerDay: bytesPerDay,
  });
}

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;
