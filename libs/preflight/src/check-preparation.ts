import type { Batch, BatchCheck, CheckedMailbox, Endpoint, MigrationUser, StateStore } from '@sterna/state';
import { lockableLoginOf } from './source-login.js';

const leaseMs = 60_000;
const past = new Date(0);

/**
 * Makes the list of the mailboxes of a check, page by page. May be repeated after a crash: what is there stays. A
 * check whose batch is gone or is being removed is stopped.
 * @returns whether mailboxes may be taken now
 */
export async function prepareCheck(store: StateStore, check: BatchCheck, owner: string): Promise<boolean> {
  const { tenantId, batchId, checkId, endpointId } = check;
  if ((await store.checks.claimPreparing(checkId, owner, leaseMs)) === null) return false;
  const [batch, endpoint] = await Promise.all([
    store.batches.find(tenantId, batchId),
    store.endpoints.find(tenantId, endpointId),
  ]);
  if (batch === null || endpoint === null || batch.status === 'Removing') {
    await store.checks.stop(tenantId, batchId);
    return false;
  }
  await store.checkedMailboxes.carryOver(
    batchId,
    checkId,
    check.settings.onlyFailed ? ['go', 'goWithNotes'] : [],
  );
  await addMailboxes(store, check, { batch, endpoint });
  const total = await store.checkedMailboxes.countAll(checkId);
  return (await store.checks.begin(checkId, owner, total)) !== null;
}

async function addMailboxes(
  store: StateStore,
  check: BatchCheck,
  { batch, endpoint }: { batch: Batch; endpoint: Endpoint },
): Promise<void> {
  for await (const users of store.users.pagesOf(batch)) {
    const wanted = users.filter(({ status }) => status !== 'Removing');
    await store.checkedMailboxes.add(wanted.map((user) => newRow(check, user, endpoint)));
  }
}

function newRow(check: BatchCheck, user: MigrationUser, endpoint: Endpoint): CheckedMailbox {
  const { checkId, tenantId, batchId } = check;
  const { userId, emailAddress } = user;
  return {
    ...{ checkId, tenantId, batchId, userId, emailAddress, login: lockableLoginOf(user, endpoint) },
    ...{ state: 'waiting', owner: '', until: past, notBefore: past, attempt: 0 },
    ...{ skipLogin: null, verdict: null, codes: [], counts: null, checkedAt: null, json: null },
  };
}
