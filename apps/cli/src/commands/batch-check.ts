import { writeFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult } from '../command-table.js';
import { exitCodes } from '../exit-code.js';
import { CheckProgress } from './check-progress.js';
import { checkColumns, exitCodeOfCheck, printSummary, recordCheck } from './check-summary.js';
import { batchPathOf, identity } from './batch-parameters.js';
import { given } from './given.js';

type Check = components['schemas']['BatchCheck'];
type MailboxCheck = components['schemas']['MailboxCheck'];

const path = '/v1/tenants/{tenantId}/batches/{batch}/check';
const pageSize = 200;
const lookMs = 500;
const isEnded = ({ state }: Check): boolean => state === 'done' || state === 'stopped';

async function begin(context: CommandContext): Promise<Check> {
  const { client, values } = context;
  const mailboxTimeMs = values.integer('mailboxTime');
  const body = {
    ...given('pauseMs', values.integer('pause')),
    ...given('mailboxSeconds', mailboxTimeMs === undefined ? undefined : Math.round(mailboxTimeMs / 1000)),
    ...given('onlyFailed', values.flag('onlyFailed')),
  };
  return expectData(await client.api.POST(path, { params: batchPathOf(context), body }));
}

async function look(context: CommandContext): Promise<Check> {
  return expectData(await context.client.api.GET(path, { params: batchPathOf(context) }));
}

/** Looks at the check until it has ended, or the person at the terminal has seen enough. */
async function follow(context: CommandContext, begun: Check): Promise<Check> {
  const progress = new CheckProgress(context.output === 'table' ? process.stderr : null);
  const hasLeft = (): boolean => context.signal.aborted;
  let check = begun;
  while (!isEnded(check) && !hasLeft()) {
    progress.show(check);
    await wait(lookMs, undefined, { signal: context.signal }).catch(() => undefined);
    if (!hasLeft()) check = await look(context);
  }
  progress.end(check);
  return check;
}

async function mailboxesOf(context: CommandContext): Promise<MailboxCheck[]> {
  const found: MailboxCheck[] = [];
  for (let cursor: string | null | undefined; cursor !== null;) {
    const query = { limit: pageSize, ...given('cursor', cursor) };
    const params = { ...batchPathOf(context), query };
    const page = expectData(await context.client.api.GET(`${path}/mailboxes`, { params }));
    if (typeof page === 'string') throw new Error('the server answered with text instead of a page');
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}

async function saveCsv(context: CommandContext, file: string): Promise<void> {
  const asCsv = { headers: { Accept: 'text/csv' }, parseAs: 'text' } as const;
  const params = batchPathOf(context);
  await writeFile(file, expectData(await context.client.api.GET(`${path}/mailboxes`, { params, ...asCsv })));
}

async function checkBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values, signal } = context;
  if (values.flag('stop') === true) {
    const stopped = expectData(await client.api.POST(`${path}/stop`, { params: batchPathOf(context) }));
    const text = `The check of "${stopped.batchName}" has ended after ${stopped.doneCount} of ${stopped.totalCount} mailboxes.`;
    return { records: [], text, json: stopped };
  }
  const begun = values.flag('last') === true ? await look(context) : await begin(context);
  const check = values.flag('wait') === false || isEnded(begun) ? begun : await follow(context, begun);
  if (signal.aborted || (values.flag('wait') === false && !isEnded(check))) {
    const name = check.batchName;
    const text = `The check of "${name}" goes on at the server: sterna batch check "${name}" --last follows it, --stop ends it.`;
    return { records: [], text, json: check, exitCode: signal.aborted ? exitCodes.failed : exitCodes.ok };
  }
  const file = values.text('file');
  if (file !== undefined) await saveCsv(context, file);
  const mailboxes = await mailboxesOf(context);
  return {
    records: mailboxes.map(recordCheck),
    columns: checkColumns,
    after: printSummary(check, mailboxes),
    json: { check, mailboxes },
    exitCode: exitCodeOfCheck(check),
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
        name: 'onlyFailed',
        kind: 'switch',
        help: 'keeps the results of mailboxes that were Go the last time',
      },
      {
        name: 'last',
        kind: 'switch',
        help: 'begins none: shows the last one, or follows the one that is under way',
      },
      { name: 'stop', kind: 'switch', help: 'ends the check that is under way; what is checked stays' },
      {
        name: 'wait',
        kind: 'switch',
        help: '--no-wait: begins it and does not wait; it goes on at the server',
      },
      {
        name: 'pause',
        kind: 'timespan',
        help: 'between two logins at one server, default 1s, so that no account is locked',
      },
      {
        name: 'mailboxTime',
        kind: 'timespan',
        help: 'for the sizes of one mailbox, default 2m; what is left is estimated. 0s: only counts and sums of the server',
      },
      { name: 'file', kind: 'file', help: 'writes all columns there as CSV' },
    ],
    run: checkBatch,
  },
];
