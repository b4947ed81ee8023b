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

/** The path parameters of a user. */
export const userPathOf = ({ client, values }: CommandContext) => ({
  path: { tenantId: client.tenantId, user: values.required('user') },
});

export async function findUser(context: CommandContext): Promise<Statistics> {
  const params = userPathOf(context);
  return expectData(await context.client.api.GET('/v1/tenants/{tenantId}/users/{user}', { params }));
}
