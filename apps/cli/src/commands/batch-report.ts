import { writeFile } from 'node:fs/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult } from '../command-table.js';
import { recordTally } from '../output/record.js';
import { printTable } from '../output/table.js';
import { batchPathOf, optionalIdentity } from './batch-parameters.js';
import { collectPages, resultSize } from './pages.js';

type Report = components['schemas']['BatchReport'];

async function reportBatch(context: CommandContext): Promise<CommandResult> {
  const { values } = context;
  const isCsv = values.text('format') === 'csv';
  const file = values.text('file');
  if (!isCsv && file === undefined) return showReport(await fetchReport(context));
  const text = isCsv ? await fetchCsvReport(context) : JSON.stringify(await fetchReport(context), null, 2);
  return file === undefined ? { records: [], text: text.trimEnd(), json: text } : save(file, text);
}

async function exportReport(context: CommandContext): Promise<CommandResult> {
  return save(context.values.required('csvFileName'), await fetchCsvReport(context));
}

async function save(file: string, text: string): Promise<CommandResult> {
  await writeFile(file, text);
  return { records: [], text: `The report is in ${file}.`, json: { file } };
}

async function fetchReport(context: CommandContext): Promise<Report> {
  const { client, values } = context;
  const { tenantId } = client;
  const batchId = values.text('final');
  if (batchId === undefined) {
    const params = batchPathOf(context);
    return asReport(
      expectData(await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}/report', { params })),
    );
  }
  const params = { path: { tenantId, batchId } };
  return asReport(expectData(await client.api.GET('/v1/tenants/{tenantId}/reports/{batchId}', { params })));
}

/** The same paths give a CSV to those who ask for one; nobody does here. */
function asReport(answer: Report | string): Report {
  if (typeof answer === 'string') throw new Error('the server answered with text instead of a report');
  return answer;
}

async function fetchCsvReport(context: CommandContext): Promise<string> {
  const { client, values } = context;
  const { tenantId } = client;
  const batchId = values.text('final');
  const asCsv = { headers: { Accept: 'text/csv' }, parseAs: 'text' } as const;
  if (batchId === undefined) {
    const params = batchPathOf(context);
    return expectData(
      await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}/report', { params, ...asCsv }),
    );
  }
  const params = { path: { tenantId, batchId } };
  return expectData(await client.api.GET('/v1/tenants/{tenantId}/reports/{batchId}', { params, ...asCsv }));
}

/** The report as it is read on a terminal. */
export function printReport(report: Report): string {
  const users = usersOf(report);
  const total = { Mailbox: 'total', Status: report.batch.status, ...recordTally(report.batch.tally) };
  const missed = report.users.flatMap((user) =>
    user.missed.map((message) => ({
      Mailbox: user.emailAddress,
      Folder: message.folder,
      Uid: message.uid,
      Outcome: message.outcome,
      Explanation: message.explanation,
    })),
  );
  const faults = report.users.flatMap(({ emailAddress, error }) =>
    error === null ? [] : [`${emailAddress}: ${error.code}: ${error.message}`],
  );
  const hasAll = users.length > 0 && missed.length === 0 && report.batch.tally.toDo === 0;
  const columns = ['Mailbox', 'Folder', 'Uid', 'Outcome', 'Explanation'];
  return [
    `Report of "${report.batch.name}"${report.isFinal ? ', final' : ''}, ${report.createdAt}`,
    printTable([...users, total], Object.keys(total)),
    ...faults,
    ...(hasAll ? ['Every message that was found has arrived.'] : []),
    ...(missed.length === 0 ? [] : [`Messages that did not arrive:\n${printTable(missed, columns)}`]),
    ...report.batch.rowErrors.map((fault) => `line ${fault.line} of the CSV: ${fault.message}`),
  ].join('\n');
}

function usersOf(report: Report) {
  return report.users.map((user) => ({
    Mailbox: user.emailAddress,
    Status: user.status,
    ...recordTally(user.tally),
  }));
}

function showReport(report: Report): CommandResult {
  return { records: usersOf(report), text: printReport(report), json: report };
}

async function listFinal({ client, values }: CommandContext): Promise<CommandResult> {
  const path = { tenantId: client.tenantId };
  const found = await collectPages(values, async (query) =>
    expectData(await client.api.GET('/v1/tenants/{tenantId}/reports', { params: { path, query } })),
  );
  const records = found.map(({ batchId, batchName, savedAt }) => ({
    Identity: batchName,
    BatchGuid: batchId,
    SavedDateTime: savedAt,
  }));
  return { records, columns: ['Identity', 'BatchGuid', 'SavedDateTime'], json: found };
}

/** Get- and Export-MigrationReport. */
export const reportCommands: Command[] = [
  {
    path: ['batch', 'final-reports'],
    summary: 'lists the batches that were removed and whose final report stays',
    parameters: [resultSize],
    run: listFinal,
  },
  {
    path: ['batch', 'report'],
    cmdlet: 'Get-MigrationReport',
    summary: 'what became of every mailbox and every message that did not arrive',
    parameters: [
      optionalIdentity,
      { name: 'final', kind: 'text', help: 'name or id of a batch that was removed' },
      { name: 'format', kind: 'text', choices: ['table', 'csv'], help: 'csv for spreadsheets' },
      { name: 'file', kind: 'file', help: 'writes it there' },
    ],
    run: reportBatch,
  },
  {
    path: ['batch', 'export-report'],
    cmdlet: 'Export-MigrationReport',
    summary: 'writes the report of a batch to a CSV file',
    parameters: [
      optionalIdentity,
      { name: 'csvFileName', kind: 'file', isRequired: true, help: 'the file' },
      { name: 'final', kind: 'text', help: 'name or id of a batch that was removed' },
    ],
    run: exportReport,
  },
];
