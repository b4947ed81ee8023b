import { MigrationError } from '@sterna/domain';
import type { Pass, StateStore, Tenant } from '@sterna/state';

/**
 * Whose mailbox a pass writes into.
 * @throws MigrationError `unexpected` when the user or the tenant was removed meanwhile
 */
export async function readTarget(
  store: StateStore,
  { tenantId, userId }: Pass,
): Promise<{ tenant: Tenant; emailAddress: string }> {
  const [tenant, user] = await Promise.all([
    store.tenants.find(tenantId),
    store.users.find(tenantId, userId),
  ]);
  if (tenant === null) throw removed('tenant', tenantId);
  if (user === null) throw removed('migration user', userId);
  return { tenant, emailAddress: user.emailAddress };
}

function removed(what: string, id: string): MigrationError {
  return new MigrationError({
    code: 'unexpected',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the ${what} ${id} does not exist any more`,
  });
}
