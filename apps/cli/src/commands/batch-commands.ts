import { setTimeout as wait } from 'node:timers/promises';
import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, Parameter } from '../command-table.js';
import { recordBatch } from '../output/record.js';
import {
  accepted,
  batchColumns,
  batchPathOf,
  batchStatuses,
  identity,
  optionalIdentity,
} from './batch-parameters.js';
import { printReport } from './batch-report.js';
import { watchBatch } from './batch-watch.js';
import { given } from './given.js';
import { collectPages, resultSize } from './pages.js';

type Batch = components['schemas']['Batch'];

const shown = (batch: Batch): CommandResult => ({
  records: [recordBatch(batch)],
  columns: batchColumns,
  json: batch,
});

async function getBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  if (values.text('name') === undefined) return listBatches(context);
  const params = batchPathOf(context);
  const batch = expectData(await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}', { params }));
  if (values.flag('includeReport') !== true) return { records: [recordBatch(batch)], json: batch };
  const path = '/v1/tenants/{tenantId}/batches/{batch}/report';
  const report = expectData(await client.api.GET(path, { params }));
  const text = typeof report === 'string' ? report : printReport(report);
  return { records: [{ ...recordBatch(batch), Report: text }], json: { ...batch, report } };
}

async function listBatches({ client, values }: CommandContext): Promise<CommandResult> {
  const wanted = {
    ...given(
      'status',
      batchStatuses.find((status) => status === values.text('status')),
    ),
    ...given('endpoint', values.text('endpoint')),
  };
  const path = { tenantId: client.tenantId };
  const found = await collectPages(values, async (page) =>
    expectData(
      await client.api.GET('/v1/tenants/{tenantId}/batches', {
        params: { path, query: { ...wanted, ...page } },
      }),
    ),
  );
  return { records: found.map(recordBatch), columns: batchColumns, json: found };
}

async function startBatch(context: CommandContext): Promise<CommandResult> {
  const params = batchPathOf(context);
  return shown(
    expectData(await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/start', { params })),
  );
}

async function stopBatch(context: CommandContext): Promise<CommandResult> {
  const params = batchPathOf(context);
  return shown(
    expectData(await context.client.api.POST('/v1/tenants/{tenantId}/batches/{batch}/stop', { params })),
  );
}

async function completeBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  const body = {
    ...given('at', values.moment('at')),
    ...given('syncAndComplete', values.flag('syncAndComplete')),
  };
  const path = '/v1/tenants/{tenantId}/batches/{batch}/complete';
  return shown(expectData(await client.api.POST(path, { params: batchPathOf(context), body })));
}

async function cutOver(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  const body = {
    ...given('graceHours', values.integer('graceHours')),
    ...given('complete', values.flag('complete')),
  };
  const path = '/v1/tenants/{tenantId}/batches/{batch}/cut-over';
  const view = expectData(await client.api.POST(path, { params: batchPathOf(context), body }));
  const domains = view.domains.map(({ domain, mailboxes, mailExchangers, isSwitched, expected, error }) => {
    const found = mailExchangers.map(({ exchange }) => exchange).join(', ');
    const state = isSwitched ? 'points to Exchange Online' : `should be ${expected}`;
    return `${domain} (${mailboxes} mailboxes): MX ${error ?? (found === '' ? 'none' : found)}; ${state}`;
  });
  return {
    records: view.steps.map(({ step, isDone, advice }) => ({ Step: step, Done: isDone, Advice: advice })),
    columns: ['Step', 'Done', 'Advice'],
    notes: domains,
    json: view,
  };
}

async function removeBatch(context: CommandContext): Promise<CommandResult> {
  const { client, values, signal } = context;
  const params = {
    ...batchPathOf(context),
    query: given('forget', values.flag('forget') === true ? ('true' as const) : undefined),
  };
  const batch = expectData(await client.api.DELETE('/v1/tenants/{tenantId}/batches/{batch}', { params }));
  while (values.flag('wait') === true && !signal.aborted && (await exists(context, batch.batchId))) {
    await wait(500, undefined, { signal });
  }
  const [done, report] =
    values.flag('wait') === true
      ? ['was removed', 'Its final report stays']
      : ['is being removed', 'Its final report, when that has ended'];
  const text = `The migration batch "${batch.name}" ${done}. ${report}: sterna batch report --final ${batch.batchId}`;
  return { records: [], text, json: batch };
}

async function exists({ client }: CommandContext, batchId: string): Promise<boolean> {
  const params = { path: { tenantId: client.tenantId, batch: batchId } };
  const answer = await client.api.GET('/v1/tenants/{tenantId}/batches/{batch}', { params });
  if (answer.response.status === 404) return false;
  expectData(answer);
  return true;
}

const filters: Parameter[] = [
  { name: 'status', kind: 'text', choices: batchStatuses, help: 'only batches in this status' },
  { name: 'endpoint', kind: 'text', help: 'only batches of this endpoint' },
  resultSize,
];

export const batchCommands: Command[] = [
  { path: ['batch', 'list'], summary: 'lists the batches', parameters: filters, run: listBatches },
  {
    path: ['batch', 'get'],
    cmdlet: 'Get-MigrationBatch',
    summary: 'shows one batch, or all',
    parameters: [
      optionalIdentity,
      ...filters,
      { name: 'includeReport', kind: 'switch', help: 'with the report as its property Report' },
      accepted('diagnosticInfo'),
    ],
    run: getBatch,
  },
  {
    path: ['batch', 'start'],
    cmdlet: 'Start-MigrationBatch',
    summary: 'starts or resumes a batch, tries failed mailboxes again',
    changes: true,
    parameters: [identity],
    run: startBatch,
  },
  {
    path: ['batch', 'stop'],
    cmdlet: 'Stop-MigrationBatch',
    summary: 'stops a batch',
    changes: true,
    parameters: [identity],
    run: stopBatch,
  },
  {
    path: ['batch', 'complete'],
    cmdlet: 'Complete-MigrationBatch',
    summary: 'synchronises a batch once more and ends it',
    changes: true,
    parameters: [
      identity,
      { name: 'at', kind: 'moment', only: 'plain', help: 'at this time instead of now' },
      { name: 'syncAndComplete', kind: 'switch', help: 'refuses while a mailbox is failed or stopped' },
      {
        name: 'notificationEmails',
        kind: 'list',
        only: 'cmdlet',
        help: 'accepted; those of the batch are used',
      },
    ],
    run: completeBatch,
  },
  {
    path: ['batch', 'cut-over'],
    summary: 'looks at the MX records and says what is next on the way to the new server',
    changes: true,
    parameters: [
      identity,
      {
        name: 'complete',
        kind: 'switch',
        help: 'once all MX records point there: completes after the grace',
      },
      {
        name: 'graceHours',
        kind: 'integer',
        help: 'from the first sight of the switched records, default 72',
      },
    ],
    run: cutOver,
  },
  {
    path: ['batch', 'remove'],
    cmdlet: 'Remove-MigrationBatch',
    summary: 'removes a batch; its final report stays',
    changes: true,
    parameters: [
      identity,
      {
        name: 'forget',
        kind: 'switch',
        only: 'plain',
        help: 'also forgets what was migrated: a new batch would copy it again',
      },
      { name: 'wait', kind: 'switch', only: 'plain', help: 'waits until it is gone' },
      accepted('force', 'accepted; a batch that is Corrupted is removed like any other'),
    ],
    run: removeBatch,
  },
  {
    path: ['batch', 'watch'],
    summary: 'follows a batch until it is Synced (exit code 0) or has failed (6)',
    parameters: [identity],
    run: (context) => watchBatch(context),
  },
];
