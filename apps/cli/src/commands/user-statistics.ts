import { expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, OutputRecord } from '../command-table.js';
import { recordMissed, recordTally, recordUser } from '../output/record.js';
import { printList, printTable } from '../output/table.js';
import { printTimeSpan } from '../time-value.js';
import { resultLimit, resultSize } from './pages.js';
import { findUser, requiredUser, type Statistics, userPathOf } from './user-parameters.js';

const shownMissed = 10;
const pageSize = 100;
const missedColumns = ['Kind', 'Folder', 'Subject', 'DateReceived', 'Explanation'];

/** Microsoft's property names of the statistics of a user, and Sterna's rates. */
function recordStatistics(user: Statistics): OutputRecord {
  const { rate, durations, tally } = user;
  return {
    Identifier: user.emailAddress,
    ...recordUser(user),
    Error: user.error === null ? '' : `${user.error.code}: ${user.error.message}`,
    TotalItemsInSourceMailboxCount: tally.found,
    EstimatedTotalTransferCount: tally.found - tally.filtered - tally.vanished,
    BytesTransferred: user.bytesMigrated,
    MessagesPerSecond: rate === null ? null : Number(rate.messagesPerSecond.toFixed(1)),
    BytesPerSecond: rate === null ? null : Math.round(rate.bytesPerSecond),
    QueuedDuration: printTimeSpan(durations.queued * 1000),
    InProgressDuration: printTimeSpan(durations.inProgress * 1000),
    SyncedDuration: printTimeSpan(durations.synced * 1000),
  };
}

/** What happened to a user, line by line: each change of status and each pass, in the order of time. */
export function printUserReport({
  statusHistory,
  passes,
}: Pick<Statistics, 'statusHistory' | 'passes'>): string {
  const lines = [
    ...statusHistory.map(({ at, status, reason }) => ({ at, text: `${status}: ${reason}` })),
    ...passes.flatMap(({ number, kind, startedAt, endedAt, result, error }) => [
      ...(startedAt === null ? [] : [{ at: startedAt, text: `pass ${number} (${kind}) began` }]),
      ...(endedAt === null
        ? []
        : [
            {
              at: endedAt,
              text: `pass ${number} ended: ${result ?? 'unknown'}${error === null ? '' : `, ${error.code}: ${error.message}`}`,
            },
          ]),
    ]),
  ];
  return lines
    .sort((a, b) => a.at.localeCompare(b.at))
    .map(({ at, text }) => `${at} ${text}`)
    .join('\n');
}

/** Up to `limit` messages that did not arrive. */
async function fetchMissed(context: CommandContext, limit: number): Promise<OutputRecord[]> {
  const found: OutputRecord[] = [];
  const path = '/v1/tenants/{tenantId}/users/{user}/missed';
  for (let cursor: string | null | undefined; cursor !== null && found.length < limit;) {
    const query = { limit: pageSize, ...(cursor !== undefined && { cursor }) };
    const params = { ...userPathOf(context), query };
    const page: { items: Statistics['missed']; nextCursor: string | null } = expectData(
      await context.client.api.GET(path, { params }),
    );
    found.push(...page.items.map(recordMissed));
    cursor = page.nextCursor;
  }
  return found.slice(0, limit);
}

async function showStatistics(context: CommandContext): Promise<CommandResult> {
  const { values } = context;
  const user = await findUser(context);
  const withItems = values.flag('includeSkippedItems') === true;
  const limit = values.integer('limitSkippedItemsTo') ?? (withItems ? Number.POSITIVE_INFINITY : shownMissed);
  const missed = await fetchMissed(context, limit);
  const report = printUserReport(user);
  const record: OutputRecord = {
    ...recordStatistics(user),
    ...(withItems && {
      SkippedItems: missed.map(
        (item) =>
          `${String(item['Kind'])}: ${String(item['Folder'])}: ${String(item['Subject'] ?? item['MessageId'] ?? '')}`,
      ),
    }),
    ...(values.flag('includeReport') === true && { Report: report }),
  };
  const json = { ...user, ...(withItems && { skippedItems: missed }), report };
  if (context.format !== 'default') return { records: [record], json };
  const folders = user.folders.map((folder) => ({ Folder: folder.path, ...recordTally(folder.tally) }));
  const parts = [
    printList(
      [record],
      Object.keys(record).filter((name) => name !== 'SkippedItems' && name !== 'Report'),
    ),
    printTable(folders, Object.keys(folders[0] ?? {})),
    ...(missed.length === 0 ? [] : [`Messages that did not arrive:\n${printTable(missed, missedColumns)}`]),
    ...(values.flag('includeReport') === true ? [`Report:\n${report}`] : []),
  ];
  return { records: [record], json, text: parts.join('\n') };
}

async function listMissed(context: CommandContext): Promise<CommandResult> {
  const records = await fetchMissed(context, resultLimit(context.values));
  return { records, columns: missedColumns, json: records };
}

/** Get-MigrationUserStatistics, and its SkippedItems by themselves. */
export const userStatisticsCommands: Command[] = [
  {
    path: ['user', 'statistics'],
    cmdlet: 'Get-MigrationUserStatistics',
    summary: 'one mailbox folder by folder, with its rate and what did not arrive',
    parameters: [
      requiredUser,
      { name: 'includeReport', kind: 'switch', help: 'every change of status and every pass, with times' },
      { name: 'includeSkippedItems', kind: 'switch', help: 'all messages that did not arrive, not only ten' },
      { name: 'limitSkippedItemsTo', kind: 'integer', help: 'at most so many of them' },
      { name: 'skipSubscription', kind: 'switch', only: 'cmdlet', help: 'accepted; has no effect' },
      { name: 'diagnosticInfo', kind: 'text', only: 'cmdlet', help: 'accepted; has no effect' },
    ],
    run: showStatistics,
  },
  {
    path: ['user', 'skipped'],
    summary: 'the messages of a mailbox that did not arrive: SkippedItems',
    parameters: [requiredUser, resultSize],
    run: listMissed,
  },
];
