import { describe, expect, it } from 'vitest';
import type { MigrationUser, SlotKind } from '@sterna/state';
import { type DueUser, FairQueue, type RunningPasses } from './fair-queue.js';

const nothingRuns: RunningPasses = { byTenant: new Map(), byBatch: new Map() };

function due(tenantId: string, batchId: string, at: number, kind: SlotKind = 'initial'): DueUser {
  const user: MigrationUser = {
    userId: `${tenantId}/${batchId}/${at}`,
    tenantId,
    batchId,
    endpointId: `endpoint of ${tenantId}`,
    emailAddress: 'annb@contoso.edu',
    userName: 'ann.beebe',
    userRoot: '',
    credentialsSecretId: 's',
    pairId: 'p',
    status: kind === 'initial' ? 'Queued' : 'Synced',
    statusHistory: [],
    error: null,
    passNumber: 0,
    activePassId: null,
    attempt: 0,
    arrivedAtFailure: 0,
    notBefore: new Date(at),
    nextSyncAt: kind === 'initial' ? null : new Date(at),
    syncNow: false,
    lastSuccessfulSyncAt: null,
    startAfter: null,
    completeAfter: null,
    skippedItemsApprovedAt: null,
    queuedAt: null,
    createdAt: new Date(0),
  };
  return { user, kind };
}

/** The order in which all would start. */
function startAll(queue: FairQueue): string[] {
  const order: string[] = [];
  for (let next = queue.next(); next !== null; next = queue.next()) {
    queue.noteStart(next);
    order.push(next.user.userId);
  }
  return order;
}

describe('who is next', () => {
  it('is a tenant with few mailboxes in turn with one that has many and was first', () => {
    const many = [1, 2, 3, 4].map((at) => due('contoso', 'b', at));
    const order = startAll(
      new FairQueue([...many, due('fabrikam', 'c', 8), due('fabrikam', 'c', 9)], nothingRuns),
    );
    expect(order).toEqual([
      'contoso/b/1',
      'fabrikam/c/8',
      'contoso/b/2',
      'fabrikam/c/9',
      'contoso/b/3',
      'contoso/b/4',
    ]);
  });

  it('is the tenant with the fewest running passes, whoever waits longer', () => {
    const running = { byTenant: new Map([['contoso', 2]]), byBatch: new Map() };
    const queue = new FairQueue(
      [due('contoso', 'b', 1), ...[7, 8, 9].map((at) => due('fabrikam', 'c', at))],
      running,
    );
    expect(startAll(queue)).toEqual(['fabrikam/c/7', 'fabrikam/c/8', 'contoso/b/1', 'fabrikam/c/9']);
  });

  it('is within a tenant the batch with the fewest running passes, then the longest waiting', () => {
    const running = { byTenant: new Map([['contoso', 1]]), byBatch: new Map([['b', 1]]) };
    const queue = new FairQueue(
      [due('contoso', 'b', 1), due('contoso', 'c', 3), due('contoso', 'c', 2)],
      running,
    );
    expect(startAll(queue)).toEqual(['contoso/c/2', 'contoso/b/1', 'contoso/c/3']);
  });

  it('is nobody who needs a limit that is reached, but others of the same endpoint', () => {
    const full = due('contoso', 'b', 1);
    const queue = new FairQueue(
      [full, due('contoso', 'b', 2), due('contoso', 'b', 3, 'incremental'), due('fabrikam', 'c', 4)],
      nothingRuns,
    );
    queue.noteFull(full);
    expect(startAll(queue)).toEqual(['contoso/b/3', 'fabrikam/c/4']);
  });
});
