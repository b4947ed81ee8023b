import type { ReportPart } from './batch-report.js';
import type { BatchView } from './batch-view.js';

/** A cell of RFC 4180; a leading = + - @ is not allowed to become a formula. */
function cell(value: string | number): string {
  const text = typeof value === 'number' ? String(value) : value.replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const reportCsvHeader =
  'EmailAddress,Status,Found,Migrated,AlreadyThere,Filtered,Skipped,Failed,Vanished,ToDo,MigratedBytes,LastSuccessfulSync,Error\r\n';

/** A report as a spreadsheet reads it, in pieces: a line per mailbox, then the rows of the CSV that were left out. */
export async function* printReportCsv(
  parts: AsyncIterable<ReportPart> | Iterable<ReportPart>,
): AsyncGenerator<string> {
  let before = reportCsvHeader;
  for await (const part of parts) {
    yield before + printCsvOf(part);
    before = '';
  }
}

/** The lines of one part of a report, below `reportCsvHeader`. */
export const printCsvOf = (part: ReportPart): string => linesOf(rowsOf(part));

function rowsOf(part: ReportPart): (string | number)[][] {
  if (part.kind === 'batch')
    return part.batch.rowErrors.map(({ emailAddress, line, code, message }) => [
      emailAddress,
      'RowError',
      ...Array.from({ length: 9 }, () => 0),
      '',
      `line ${line}: ${code}: ${message}`,
    ]);
  return part.users.map(({ emailAddress, status, tally, lastSuccessfulSyncAt, error }) => [
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
}

/** The rows that were left out, as Microsoft's MigrationErrors.csv, without the passwords. */
export function printErrorsCsv({ rowErrors }: BatchView): string {
  const rows = rowErrors.map(({ emailAddress, line, code, message }) => [emailAddress, line, code, message]);
  return linesOf([['EmailAddress', 'Line', 'ErrorCode', 'ErrorMessage'], ...rows]);
}

const linesOf = (rows: (string | number)[][]): string =>
  rows.map((cells) => `${cells.map(cell).join(',')}\r\n`).join('');
