import type { BatchReport } from './batch-report.js';

/** A cell of RFC 4180; a leading = + - @ is not allowed to become a formula. */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value.replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const header =
  'EmailAddress,Status,Found,Migrated,AlreadyThere,Filtered,Skipped,Failed,Vanished,ToDo,MigratedBytes,LastSuccessfulSync,Error';

/** A report as a spreadsheet reads it: a line per mailbox, then the rows of the CSV that were left out. */
export function printReportCsv(report: BatchReport): string {
  const users = report.users.map(({ emailAddress, status, tally, lastSuccessfulSyncAt, error }) => [
    emailAddress,
    status,
    tally.found,
    tally.migrated,
    tally.alreadyThere,
    tally.filtered,
    tally.skipped,
    tally.failed,
    tally.vanished,
    tally.toDo,
    tally.migratedBytes,
    lastSuccessfulSyncAt ?? '',
    error === null ? '' : `${error.code}: ${error.message}`,
  ]);
  const leftOut = report.batch.rowErrors.map(({ emailAddress, line, code, message }) => [
    emailAddress,
    'RowError',
    ...Array.from({ length: 9 }, () => 0),
    '',
    `line ${line}: ${code}: ${message}`,
  ]);
  return [header, ...[...users, ...leftOut].map((cells) => cells.map(cell).join(','))].join('\r\n') + '\r\n';
}

/** The rows that were left out, as Microsoft's MigrationErrors.csv, without the passwords. */
export function printErrorsCsv({ batch }: BatchReport): string {
  const rows = batch.rowErrors.map(({ emailAddress, line, code, message }) => [
    emailAddress,
    line,
    code,
    message,
  ]);
  const lines = [['EmailAddress', 'Line', 'ErrorCode', 'ErrorMessage'], ...rows];
  return lines.map((cells) => cells.map(cell).join(',')).join('\r\n') + '\r\n';
}
