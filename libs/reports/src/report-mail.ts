import type { ReportPart } from './batch-report.js';
import type { BatchView } from './batch-view.js';
import { printCsvOf, printErrorsCsv, reportCsvHeader } from './report-csv.js';

/** A status report as a mail. */
export interface ReportMail {
  subject: string;
  text: string;
  attachments: { fileName: string; content: string }[];
}

const shownFaults = 20;

/** Microsoft's status mail: the counts, and as files the mailboxes and the rows that were left out. */
export async function writeReportMail(parts: AsyncIterable<ReportPart>): Promise<ReportMail> {
  const statistics = [reportCsvHeader];
  const faults: string[] = [];
  let batch: BatchView | null = null;
  for await (const part of parts) {
    statistics.push(printCsvOf(part));
    if (part.kind === 'batch') batch = part.batch;
    else
      for (const { emailAddress, error } of part.users)
        if (error !== null) faults.push(`  ${emailAddress}: ${error.code}: ${error.message}`);
  }
  if (batch === null) throw new Error('The report ended without its batch.');
  const { tally } = batch;
  const lines = [
    `Migration batch: ${batch.name}`,
    `Status:          ${batch.status}`,
    `Mailboxes:       ${batch.users.total} in all, ${batch.users.active} active, ${batch.users.synced} synced, ${batch.users.completed} completed, ${batch.users.failed} failed, ${batch.users.stopped} stopped`,
    `Messages:        ${tally.found} found, ${tally.migrated + tally.alreadyThere} arrived, ${tally.toDo} to do, ${tally.filtered} left out, ${tally.skipped} skipped, ${tally.failed} failed, ${tally.vanished} vanished`,
    `Consistency:     ${batch.dataConsistencyScore}`,
    `Last synced:     ${batch.lastSyncedAt ?? 'never'}`,
    ...(faults.length === 0 ? [] : ['', 'Mailboxes with errors:', ...faults.slice(0, shownFaults)]),
    ...(faults.length > shownFaults ? [`  and ${faults.length - shownFaults} more`] : []),
    ...(batch.rowErrors.length === 0
      ? []
      : ['', `${batch.rowErrors.length} rows of the CSV were left out: see MigrationErrors.csv.`]),
  ];
  return {
    subject: `Migration batch ${batch.name} is ${batch.status}`,
    text: `${lines.join('\n')}\n`,
    attachments: [
      { fileName: 'MigrationStatistics.csv', content: statistics.join('') },
      ...(batch.rowErrors.length === 0
        ? []
        : [{ fileName: 'MigrationErrors.csv', content: printErrorsCsv(batch) }]),
    ],
  };
}
