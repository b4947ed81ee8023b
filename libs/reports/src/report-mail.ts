import type { ReportPart } from './batch-report.js';
import type { BatchView } from './batch-view.js';
import { printErrorsCsv, printReportCsv } from './report-csv.js';

/** A status report as a mail. */
export interface ReportMail {
  subject: string;
  text: string;
  attachments: { fileName: string; content: string }[];
}

const shownFaults = 20;

/** What the text of the mail says, gathered while the parts go on to the attachment. */
class Summary {
  readonly faults: string[] = [];
  faultCount = 0;
  batch: BatchView | null = null;

  async *watch(parts: AsyncIterable<ReportPart>): AsyncGenerator<ReportPart> {
    for await (const part of parts) {
      if (part.kind === 'batch') this.batch = part.batch;
      else for (const user of part.users) this.#add(user);
      yield part;
    }
  }

  #add({
    emailAddress,
    error,
  }: {
    emailAddress: string;
    error: { code: string; message: string } | null;
  }): void {
    if (error === null) return;
    this.faultCount += 1;
    if (this.faults.length < shownFaults)
      this.faults.push(`  ${emailAddress}: ${error.code}: ${error.message}`);
  }
}

/** Microsoft's status mail: the counts, and as files the mailboxes and the rows that were left out. */
export async function writeReportMail(parts: AsyncIterable<ReportPart>): Promise<ReportMail> {
  const summary = new Summary();
  const statistics = (await Array.fromAsync(printReportCsv(summary.watch(parts)))).join('');
  const { batch, faults, faultCount } = summary;
  if (batch === null) throw new Error('The report ended without its batch.');
  const { tally } = batch;
  const lines = [
    `Migration batch: ${batch.name}`,
    `Status:          ${batch.status}`,
    `Mailboxes:       ${batch.users.total} in all, ${batch.users.active} active, ${batch.users.synced} synced, ${batch.users.completed} completed, ${batch.users.failed} failed, ${batch.users.stopped} stopped`,
    `Messages:        ${tally.found} found, ${tally.migrated + tally.alreadyThere} arrived, ${tally.toDo} to do, ${tally.filtered} left out, ${tally.skipped} skipped, ${tally.failed} failed, ${tally.vanished} vanished`,
    `Consistency:     ${batch.dataConsistencyScore}`,
    `Last synced:     ${batch.lastSyncedAt ?? 'never'}`,
    ...(faultCount === 0 ? [] : ['', 'Mailboxes with errors:', ...faults]),
    ...(faultCount > shownFaults ? [`  and ${faultCount - shownFaults} more`] : []),
    ...(batch.rowErrors.length === 0
      ? []
      : ['', `${batch.rowErrors.length} rows of the CSV were left out: see MigrationErrors.csv.`]),
  ];
  return {
    subject: `Migration batch ${batch.name} is ${batch.status}`,
    text: `${lines.join('\n')}\n`,
    attachments: [
      { fileName: 'MigrationStatistics.csv', content: statistics },
      ...(batch.rowErrors.length === 0
        ? []
        : [{ fileName: 'MigrationErrors.csv', content: printErrorsCsv(batch) }]),
    ],
  };
}
