import { type components, expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, Parameter } from '../command-table.js';
import { recordUser } from '../output/record.js';
import { given } from './given.js';
import { collectPages, resultSize } from './pages.js';
import {
  findUser,
  namedUser,
  optionalUser,
  otherIdentities,
  requiredUser,
  userColumns,
  userPathOf,
  userStatuses,
  userSummaries,
} from './user-parameters.js';

type User = components['schemas']['User'];

const shown = (user: User): CommandResult => ({
  records: [recordUser(user)],
  columns: userColumns,
  json: user,
});

async function getUser(context: CommandContext): Promise<CommandResult> {
  const named = namedUser(context);
  if (named === undefined) return listUsers(context);
  const user = await findUser(context, named);
  return { records: [recordUser(user)], json: user };
}

async function listUsers({ client, values }: CommandContext): Promise<CommandResult> {
  const wanted = {
    ...given('batch', values.text('batch')),
    ...given(
      'status',
      userStatuses.find((known) => known === values.text('status')),
    ),
    ...given(
      'statusSummary',
      userSummaries.find((known) => known === values.text('statusSummary')),
    ),
  };
  const path = { tenantId: client.tenantId };
  const found = await collectPages(values, async (page) =>
    expectData(
      await client.api.GET('/v1/tenants/{tenantId}/users', {
        params: { path, query: { ...wanted, ...page } },
      }),
    ),
  );
  return { records: found.map(recordUser), columns: userColumns, json: found };
}

async function changeUser(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  const params = userPathOf(context);
  const body = {
    ...given('startAfter', values.moment('startAfter')),
    ...given('completeAfter', values.moment('completeAfter')),
    ...given('approveSkippedItems', values.flag('approveSkippedItems')),
  };
  let user: User = expectData(
    await client.api.PATCH('/v1/tenants/{tenantId}/users/{user}', { params, body }),
  );
  if (values.flag('syncNow') === true) {
    user = expectData(await client.api.POST('/v1/tenants/{tenantId}/users/{user}/sync', { params }));
  }
  return shown(user);
}

async function startUser(context: CommandContext): Promise<CommandResult> {
  const params = userPathOf(context);
  return shown(
    expectData(await context.client.api.POST('/v1/tenants/{tenantId}/users/{user}/start', { params })),
  );
}

async function stopUser(context: CommandContext): Promise<CommandResult> {
  const params = userPathOf(context);
  return shown(
    expectData(await context.client.api.POST('/v1/tenants/{tenantId}/users/{user}/stop', { params })),
  );
}

async function removeUser(context: CommandContext): Promise<CommandResult> {
  const params = userPathOf(context);
  const user = expectData(await context.client.api.DELETE('/v1/tenants/{tenantId}/users/{user}', { params }));
  const text = `The migration user "${user.emailAddress}" is being removed from "${user.batchName}"; what was migrated stays.`;
  return { records: [], text, json: user };
}

const filters: Parameter[] = [
  { name: 'batch', cmdletName: 'BatchId', kind: 'text', help: 'only of this batch' },
  { name: 'status', kind: 'text', choices: userStatuses, help: 'only in this status' },
  {
    name: 'statusSummary',
    kind: 'text',
    choices: userSummaries,
    help: 'Active, Synced, Completed, Failed or Stopped',
  },
  resultSize,
];

export const userCommands: Command[] = [
  { path: ['user', 'list'], summary: 'lists the mailboxes', parameters: filters, run: listUsers },
  {
    path: ['user', 'get'],
    cmdlet: 'Get-MigrationUser',
    summary: 'shows one mailbox, or all',
    parameters: [optionalUser, ...otherIdentities, ...filters],
    run: getUser,
  },
  {
    path: ['user', 'set'],
    cmdlet: 'Set-MigrationUser',
    summary: 'changes the times of one mailbox, or synchronises it at once',
    changes: true,
    parameters: [
      requiredUser,
      { name: 'startAfter', kind: 'moment', help: 'does not start before; $null takes it away' },
      { name: 'completeAfter', kind: 'moment', help: 'wins over that of the batch; $null takes it away' },
      { name: 'timeZone', kind: 'timezone', only: 'plain', help: 'of times without a zone, default UTC' },
      { name: 'syncNow', kind: 'switch', help: 'synchronises it now' },
      { name: 'approveSkippedItems', kind: 'switch', help: 'approves its messages that did not arrive' },
    ],
    run: changeUser,
  },
  {
    path: ['user', 'start'],
    cmdlet: 'Start-MigrationUser',
    summary: 'tries a failed mailbox again, or goes on with a stopped one',
    changes: true,
    parameters: [requiredUser],
    run: startUser,
  },
  {
    path: ['user', 'stop'],
    cmdlet: 'Stop-MigrationUser',
    summary: 'stops one mailbox',
    changes: true,
    parameters: [requiredUser],
    run: stopUser,
  },
  {
    path: ['user', 'remove'],
    cmdlet: 'Remove-MigrationUser',
    summary: 'takes one mailbox out of its batch',
    changes: true,
    parameters: [
      requiredUser,
      { name: 'force', kind: 'switch', only: 'cmdlet', help: 'accepted; has no effect' },
    ],
    run: removeUser,
  },
];
