import { type components, expectData } from '@sterna/api-client';
import type { CommandContext, Parameter } from '../command-table.js';

type UserStatus = components['schemas']['User']['status'];
export type Statistics = components['schemas']['UserStatistics'];

export const userColumns = [
  'Identity',
  'Status',
  'SyncedItemCount',
  'SkippedItemCount',
  'Found',
  'ToDo',
  'PercentageComplete',
  'ErrorSummary',
];
export const userSummaries = ['Active', 'Synced', 'Completed', 'Failed', 'Stopped'] as const;
export const userStatuses: readonly UserStatus[] = [
  'Queued',
  'Validating',
  'Provisioning',
  'ProvisionUpdating',
  'Starting',
  'Syncing',
  'Synced',
  'IncrementalSyncing',
  'IncrementalSynced',
  'IncrementalFailed',
  'IncrementalStopped',
  'Failed',
  'Stopping',
  'Stopped',
  'Completing',
  'Completed',
  'CompletedWithWarnings',
  'CompletionSynced',
  'CompletionFailed',
  'Removing',
  'Corrupted',
];

export const optionalUser: Parameter = {
  name: 'user',
  cmdletName: 'Identity',
  kind: 'text',
  position: 0,
  help: 'e-mail address or id',
};
export const requiredUser: Parameter = { ...optionalUser, isRequired: true };
/** Microsoft's other ways to name one user. */
export const otherIdentities: readonly Parameter[] = [
  { name: 'emailAddress', kind: 'text', only: 'cmdlet', help: 'e-mail address, instead of -Identity' },
  { name: 'mailboxGuid', kind: 'text', only: 'cmdlet', help: 'id, instead of -Identity' },
];

/** The path parameters of a user. */
export const userPathOf = ({ client, values }: CommandContext) => ({
  path: { tenantId: client.tenantId, user: values.required('user') },
});

/** The user that the command line names, in whichever way. */
export const namedUser = ({ values }: CommandContext): string | undefined =>
  values.text('user') ?? values.text('emailAddress') ?? values.text('mailboxGuid');

/** The user of this address or id, by default the one that the command line requires. */
export async function findUser(context: CommandContext, user?: string): Promise<Statistics> {
  const params =
    user === undefined ? userPathOf(context) : { path: { tenantId: context.client.tenantId, user } };
  return expectData(await context.client.api.GET('/v1/tenants/{tenantId}/users/{user}', { params }));
}
