import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, OutputRecord } from '../command-table.js';
import { exitCodes } from '../exit-code.js';
import { printTimeSpan } from '../time-value.js';
import { identity } from './batch-parameters.js';

type Check = components['schemas']['MailboxCheck'];

const columns = [
  'Mailbox',
  'Result',
  'Folders',
  'Messages',
  'Excluded',
  'OverLimit',
  'Renamed',
  'Estimate',
  'Error',
];
const pageSize = 200;
/** A second between two logins, unless said otherwise: an administrator's account is used for many of them. */
const defaultPauseMs = 1_000;

function recordCheck(check: Check): OutputRecord {
  const { source, target } = check;
  const errors = [source.error, target.error].flatMap((error) =>
    error === null ? [] : [`${error.code}: ${error.message}`],
  );
  return {
    Mailbox: check.emailAddress,
    Result: check.ok ? 'Success' : 'Failed',
    UserName: check.userName,
    UserNameFormat: check.userNameFormat,
    Folders: source.folders,
    Messages: source.messages,
    Excluded: source.excluded,
    OverLimit: source.overLimit,
    Renamed: check.renamed.map(({ from, to }) => `${from} -> ${to}`),
    Estimate: printTimeSpan(check.estimatedSeconds * 1000),
    Error: errors.join('; '),
  };
}

/** The mailboxes of a batch, page by page. */
async function* mailboxesOf({ client, values }: CommandContext): AsyncGenerator<string> {
  const batch = values.required('name');
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { batch, limit: pageSize, ...(cursor !== undefined && { cursor }) };
    const params = { path: { tenantId: client.tenantId }, query };
    const page: components['schemas']['UserPage'] = expectData(
      await client.api.GET('/v1/tenants/{tenantId}/users', { params }),
    );
    for (const { emailAddress } of page.items) yield emailAddress;
    cursor = page.nextCursor;
  }
}

/** A cell of RFC 4180; a leading = + - @ is not allowed to become a formula. */
function cell(value: OutputRecord[string] | undefined): string {
  const text = Array.isArray(value) ? value.join('; ') : String(value ?? '');
  const safe = text.replace(/^(?=[=+\-@\t\r])/, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

async function checkBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values, signal } = context;
  const pauseMs = values.integer('pause') ?? defaultPauseMs;
  const checks: Check[] = [];
  for await (const user of mailboxesOf(context)) {
    if (checks.length > 0) await wait(pauseMs, undefined, { signal });
    const params = { path: { tenantId: client.tenantId, user } };
    checks.push(expectData(await client.api.POST('/v1/tenants/{tenantId}/users/{user}/check', { params })));
  }
  const records = checks.map(recordCheck);
  const file = values.text('file');
  if (file !== undefined) {
    const names = Object.keys(records[0] ?? {});
    const lines = [names, ...records.map((record) => names.map((name) => cell(record[name])))];
    await writeFile(file, lines.map((cells) => `${cells.join(',')}\r\n`).join(''));
  }
  const failed = checks.filter(({ ok }) => !ok).length;
  return {
    records,
    columns,
    notes: [`${checks.length} mailboxes were checked, ${failed} of them cannot be migrated as they are.`],
    json: checks,
    exitCode: failed === 0 ? exitCodes.ok : exitCodes.failed,
  };
}

/** The look at all mailboxes of a batch before it is started. */
export const checkCommands: Command[] = [
  {
    path: ['batch', 'check'],
    summary: 'logs in to every source and looks up every target of a batch; migrates nothing',
    parameters: [
      identity,
      {
        name: 'pause',
        kind: 'timespan',
        help: 'between two mailboxes, default 1s, so that no account is locked',
      },
      { name: 'file', kind: 'file', help: 'writes the table there as CSV' },
    ],
    run: checkBatch,
  },
];
