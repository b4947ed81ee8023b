import type { components } from '@sterna/api-client';
import type { Cell, OutputRecord } from '../command-table.js';
import { exitCodes } from '../exit-code.js';
import { printTimeSpan } from '../time-value.js';

type Check = components['schemas']['BatchCheck'];
type MailboxCheck = components['schemas']['MailboxCheck'];
type LeftOut = MailboxCheck['source']['leftOut'];

/** The columns of the table; a list (`--format-list`) and the CSV have more. */
export const checkColumns = [
  'Mailbox',
  'Verdict',
  'Folders',
  'Messages',
  'Size',
  'LeftOut',
  'Renamed',
  'AtLeast',
  'Why',
];

const verdictNames: Record<MailboxCheck['verdict'], string> = {
  go: 'Go',
  goWithNotes: 'Go, notes',
  noGo: 'No go',
  notTried: 'Not tried',
};
const shownRenames = 20;
const shownMailboxes = 5;

/** Octets as people read them. */
export function printSize(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit] ?? ''}`;
}

const sumOf = (leftOut: LeftOut): number => Object.values(leftOut).reduce((sum, count) => sum + count, 0);

function printLeftOut(leftOut: LeftOut): string {
  return Object.entries(leftOut)
    .flatMap(([reason, count]) => (count === 0 ? [] : [`${count} ${reason}`]))
    .join(', ');
}

/** A mailbox with Sterna's property names. */
export function recordCheck(check: MailboxCheck): OutputRecord {
  const { source, target, estimate, problems, notes } = check;
  const isEstimated = source.sizesFrom === 'estimate';
  const seen = (value: Cell): Cell => (source.isChecked ? value : null);
  return {
    Mailbox: check.emailAddress,
    Verdict: verdictNames[check.verdict],
    UserName: check.userName,
    UserNameFormat: check.userNameFormat,
    Folders: seen(source.folders),
    ExcludedFolders: seen(source.excludedFolders),
    Messages: seen(source.messages),
    Size: seen(`${isEstimated ? '~' : ''}${printSize(source.bytes)}`),
    Bytes: seen(source.bytes),
    SizesFrom: seen(source.sizesFrom),
    Repeated: seen(source.repeated),
    LeftOut: seen(sumOf(source.leftOut)),
    LeftOutReasons: printLeftOut(source.leftOut),
    Renamed: seen(check.renamedCount),
    Renames: check.renamed.map(({ from, to }) => `${from} -> ${to}`),
    UnreadableFolders: source.unreadableFolders,
    TargetMessages: target.isChecked ? target.messages : null,
    AlreadyMigrated: check.alreadyMigrated,
    AtLeast: seen(printTimeSpan(estimate.seconds * 1000)),
    BoundBy: seen(estimate.boundBy),
    Why: [...problems, ...notes].map(({ code }) => code).join(', '),
    Problems: problems.map(({ code, message }) => `${code}: ${message}`),
    Notes: notes.map(({ code, message }) => `${code}: ${message}`),
  };
}

/** What stands below the table: what will change, what is wrong and what to do, and what it adds up to. */
export function printSummary(check: Check, mailboxes: readonly MailboxCheck[]): string[] {
  return [...printRenames(check, mailboxes), ...printProblems(check, mailboxes), ...printTotals(check)];
}

function printRenames({ totals }: Check, mailboxes: readonly MailboxCheck[]): string[] {
  const all = mailboxes.flatMap(({ emailAddress, renamed }) =>
    renamed.map(({ from, to }) => `  ${emailAddress}: "${from}" -> "${to}"`),
  );
  if (all.length === 0) return [];
  const more = totals.renamed - Math.min(all.length, shownRenames);
  return [
    'Names that will change in Exchange:',
    ...all.slice(0, shownRenames),
    ...(more > 0 ? [`  and ${more} more; --file has them`] : []),
    '',
  ];
}

/** Each problem once, with the mailboxes that have it: a batch has few kinds of faults and many mailboxes. */
function printProblems({ codes }: Check, mailboxes: readonly MailboxCheck[]): string[] {
  return codes
    .filter(({ isProblem }) => isProblem)
    .flatMap(({ code, mailboxes: count, advice }) => {
      const having = mailboxes.flatMap(({ emailAddress, problems }) =>
        problems.flatMap((problem) =>
          problem.code === code ? [`  ${emailAddress}: ${problem.message}`] : [],
        ),
      );
      const more = count - Math.min(having.length, shownMailboxes);
      return [
        `${code}, ${count} mailbox${count === 1 ? '' : 'es'}. ${advice}`,
        ...having.slice(0, shownMailboxes),
        ...(more > 0 ? [`  and ${more} more`] : []),
        '',
      ];
    });
}

function printTotals(check: Check): string[] {
  const { verdicts, totals, mailboxesAtOnce, totalCount, doneCount } = check;
  const atOnce = mailboxesAtOnce === null ? 'all mailboxes' : `${mailboxesAtOnce} mailboxes`;
  const left = printLeftOut(totals.leftOut);
  const unchecked = totalCount - doneCount;
  return [
    `${doneCount} mailboxes were checked: ${verdicts.go} go, ${verdicts.goWithNotes} go with notes, ${verdicts.noGo} no go, ${verdicts.notTried} not tried.`,
    ...(unchecked > 0 ? [`${unchecked} mailboxes are not checked yet.`] : []),
    `${totals.messages} messages in ${totals.folders} folders, ${printSize(totals.bytes)}; left out: ${left === '' ? 'none' : left}.`,
    `At least ${printTimeSpan(check.estimatedSeconds * 1000)} with ${atOnce} at once.`,
  ];
}

/** 1 when a mailbox would fail, or nobody knows. */
export function exitCodeOfCheck({ verdicts, totalCount, doneCount }: Check): number {
  const isFine = verdicts.noGo === 0 && verdicts.notTried === 0 && doneCount >= totalCount;
  return isFine ? exitCodes.ok : exitCodes.failed;
}
