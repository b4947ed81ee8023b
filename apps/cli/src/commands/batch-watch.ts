import type { ProgressEvent } from '@sterna/api-client';
import type { CommandContext, CommandResult } from '../command-table.js';
import { exitCodes } from '../exit-code.js';
import { recordBatch } from '../output/record.js';
import { LineDisplay, TerminalDisplay } from './progress-display.js';
import { MailboxRates } from './progress-line.js';

const ends: Partial<Record<ProgressEvent['batch']['status'], number>> = {
  Synced: exitCodes.ok,
  Completed: exitCodes.ok,
  SyncedWithErrors: exitCodes.withErrors,
  CompletedWithErrors: exitCodes.withErrors,
  Failed: exitCodes.withErrors,
  Stopped: exitCodes.failed,
  Corrupted: exitCodes.failed,
};

/** The exit code when nothing more will happen by itself; null while something will. */
export function endOf(event: ProgressEvent): number | null {
  const isDue = event.users.some(
    ({ statusSummary, nextSyncAt }) =>
      statusSummary === 'Synced' && nextSyncAt !== null && nextSyncAt <= event.at,
  );
  const { status, completeAfter } = event.batch;
  const isSynced = status === 'Synced' || status === 'SyncedWithErrors';
  if (isSynced && completeAfter !== null && completeAfter <= event.at) return null;
  return isDue || event.batch.users.active > 0 ? null : (ends[event.batch.status] ?? null);
}

/** Follows a batch: lines that update on a terminal, a line per change elsewhere. */
export async function watchBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values, stdout, signal, output } = context;
  const name = values.required('name');
  const display = stdout.isTTY && output === 'table' ? new TerminalDisplay(stdout) : new LineDisplay(stdout);
  const rates = new MailboxRates();
  for await (const watched of client.watchBatch(name, { signal })) {
    if (watched.kind === 'removed') break;
    const { event } = watched;
    rates.add(event);
    if (output === 'table') display.show(event, rates);
    const exitCode = endOf(event);
    if (exitCode === null) continue;
    const { batch } = event;
    const text = `The migration batch "${batch.name}" is ${batch.status}: ${batch.tally.migrated} of ${batch.tally.found} messages migrated.`;
    return { records: [recordBatch(batch)], text, json: event, exitCode };
  }
  const text = signal.aborted ? 'Stopped watching.' : `The migration batch "${name}" couldn't be found.`;
  return { records: [], text, json: null, exitCode: exitCodes.failed };
}
