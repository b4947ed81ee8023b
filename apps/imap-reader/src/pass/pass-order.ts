import { type FolderRule, MigrationError } from '@sterna/domain';
import type { SourceServer } from '@sterna/imap';
import { type LoginRequest, storedAccount } from '@sterna/source-login';
import type { Batch, Pass, StateStore } from '@sterna/state';

/** All that a pass is told: whose mailbox, where it is, and what of it is wanted. */
export interface PassOrder {
  pass: Pass;
  batch: Batch;
  server: SourceServer;
  /** What each login is made of, the first one and those after a lost connection. */
  login: LoginRequest;
  userRoot: string;
  /** Where folders go whose name or use does not say it. */
  folderMapping: readonly FolderRule[];
  /** Whether each label of a message at Gmail becomes a copy. */
  copyPerLabel: boolean;
  /** Whether the reports may show subjects, or only their SHA-256. */
  keepSubjects: boolean;
}

/** Reads what belongs to a pass. @throws MigrationError `unexpected` when something was removed meanwhile */
export async function readPassOrder(store: StateStore, pass: Pass): Promise<PassOrder> {
  const { tenantId } = pass;
  const [user, batch, endpoint, tenant] = await Promise.all([
    store.users.find(tenantId, pass.userId),
    store.batches.find(tenantId, pass.batchId),
    store.endpoints.find(tenantId, pass.endpointId),
    store.tenants.find(tenantId),
  ]);
  if (user === null) throw removed('migration user', pass.userId);
  if (batch === null) throw removed('migration batch', pass.batchId);
  if (endpoint === null) throw removed('migration endpoint', pass.endpointId);
  return {
    pass,
    batch,
    server: endpoint,
    login: { endpoint, account: storedAccount(store.secrets, user) },
    userRoot: user.userRoot,
    folderMapping: endpoint.folderMapping,
    copyPerLabel: endpoint.copyPerLabel,
    keepSubjects: tenant?.keepSubjects ?? false,
  };
}

function removed(what: string, id: string): MigrationError {
  return new MigrationError({
    code: 'unexpected',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the ${what} ${id} does not exist any more`,
  });
}
