import { leftOutReasons } from '@sterna/domain';
import type { MailboxCheck } from './mailbox-check.js';

/** A cell of RFC 4180; a leading = + - @ is not allowed to become a formula. */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value.replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const line = (cells: readonly (string | number)[]): string => `${cells.map(cell).join(',')}\r\n`;

/** The names of the columns. */
export function printCheckHeader(): string {
  return line([
    ...['EmailAddress', 'UserName', 'UserNameFormat', 'Verdict', 'Folders', 'ExcludedFolders'],
    ...['Messages', 'Bytes', 'SizesFrom', 'LargestMessageBytes', 'Repeated', ...leftOutReasons.map(capital)],
    ...['RenamedFolders', 'Renames', 'UnreadableFolders', 'TargetMessages', 'AlreadyMigrated'],
    ...['EstimatedSeconds', 'BoundBy', 'SourceRoundTripMs', 'TargetRoundTripMs', 'CheckedAt'],
    ...['Problems', 'Advice', 'Notes'],
  ]);
}

/** One mailbox as a spreadsheet reads it. */
export function printCheckRow(check: MailboxCheck): string {
  const { source, target, estimate } = check;
  return line([
    ...[check.emailAddress, check.userName, check.userNameFormat, check.verdict],
    ...[source.folders, source.excludedFolders, source.messages, source.bytes],
    ...[source.isChecked ? source.sizesFrom : '', source.largestMessageBytes, source.repeated],
    ...leftOutReasons.map((reason) => source.leftOut[reason]),
    check.renamedCount,
    check.renamed.map(({ from, to }) => `${from} -> ${to}`).join('; '),
    source.unreadableFolders.join('; '),
    ...[target.messages, check.alreadyMigrated, estimate.seconds, estimate.boundBy],
    ...[source.roundTripMs, target.roundTripMs, check.checkedAt],
    check.problems.map(({ code, message }) => `${code}: ${message}`).join('; '),
    check.problems.map(({ advice }) => advice).join(' '),
    check.notes.map(({ code, message }) => `${code}: ${message}`).join('; '),
  ]);
}
