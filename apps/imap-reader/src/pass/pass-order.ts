import { loginNamesOf } from '@sterna/credentials';
import { MigrationError } from '@sterna/domain';
import type { SourceLogin, SourceServer } from '@sterna/imap';
import type { Batch, Endpoint, MigrationUser, Pass, StateStore } from '@sterna/state';
import { z } from 'zod';

const credentials = z.object({ password: z.string() });

/** All that a pass is told: whose mailbox, where it is, and what of it is wanted. */
export interface PassOrder {
  pass: Pass;
  batch: Batch;
  server: SourceServer;
  login: SourceLogin;
  userRoot: string;
  /** Whether each label of a message at Gmail becomes a copy. */
  copyPerLabel: boolean;
  /** Whether the reports may show subjects, or only their SHA-256. */
  keepSubjects: boolean;
}

/**
 * Reads what belongs to a pass and opens the password.
 * @throws MigrationError secretUnreadable; `unexpected` when something was removed meanwhile.
 */
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
    login: await readLogin(store, user, endpoint),
    userRoot: user.userRoot,
    copyPerLabel: endpoint.copyPerLabel,
    keepSubjects: tenant?.keepSubjects ?? false,
  };
}

async function readLogin(store: StateStore, user: MigrationUser, endpoint: Endpoint): Promise<SourceLogin> {
  const opened = credentials.safeParse(await store.secrets.open(user.tenantId, user.credentialsSecretId));
  if (opened.success) {
    const { reading: _, ...names } = loginNamesOf(user.userName, endpoint);
    return { ...names, password: opened.data.password };
  }
  throw new MigrationError({
    code: 'secretUnreadable',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the stored credentials of ${user.emailAddress} hold no password; give them again in a new batch`,
  });
}

function removed(what: string, id: string): MigrationError {
  return new MigrationError({
    code: 'unexpected',
    scope: 'account',
    retry: { kind: 'never' },
    message: `the ${what} ${id} does not exist any more`,
  });
}
