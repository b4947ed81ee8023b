import { randomBytes, randomUUID } from 'node:crypto';
import { createKeyring } from '@sterna/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MigrationUser, Pass } from './documents.js';
import { StateStore } from './state-store.js';

let store: StateStore;

beforeAll(async () => {
  const keyring = { current: 'k', keys: { k: randomBytes(32).toString('base64') } };
  store = await StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? '',
    keyring: createKeyring(JSON.stringify(keyring)),
    dbName: `state-${randomUUID().slice(0, 8)}`,
  });
});
afterAll(() => store.close());

const past = new Date(0);
const nobody = { owner: '', until: past };

function passOf(change: Partial<Pass> = {}): Pass {
  return {
    passId: randomUUID(),
    tenantId: 't',
    batchId: 'b',
    userId: randomUUID(),
    pairId: 'p',
    endpointId: 'e',
    number: 1,
    kind: 'initial',
    state: 'queued',
    reader: { ...nobody, attempt: 0 },
    readingDone: false,
    writer: { ...nobody, epoch: 0 },
    stopRequested: false,
    result: null,
    error: null,
    createdAt: past,
    offeredAt: past,
    startedAt: null,
    endedAt: null,
    settledAt: null,
    ...change,
  };
}

function userOf(batchId: string, change: Partial<MigrationUser>): MigrationUser {
  return {
    userId: randomUUID(),
    tenantId: 't',
    batchId,
    endpointId: 'e',
    emailAddress: `${randomUUID()}@contoso.edu`,
    userName: 'u',
    userRoot: '',
    credentialsSecretId: 's',
    pairId: 'p',
    status: 'Queued',
    statusHistory: [],
    error: null,
    passNumber: 0,
    activePassId: null,
    attempt: 0,
    arrivedAtFailure: 0,
    notBefore: past,
    nextSyncAt: null,
    syncNow: false,
    lastSuccessfulSyncAt: null,
    startAfter: null,
    completeAfter: null,
    skippedItemsApprovedAt: null,
    queuedAt: null,
    createdAt: past,
    ...change,
  };
}

async function insertPass(change: Partial<Pass> = {}): Promise<Pass> {
  const pass = passOf(change);
  await store.passes.create(pass);
  return pass;
}

describe('a pass that the scheduler looks at', () => {
  it('is ended from outside only while no worker holds it', async () => {
    const { passId } = await insertPass();
    await store.passes.claimReader(passId, 'r', 60_000);
    expect(await store.passes.endUnheld(passId, 'stopped', null)).toBeNull();
    await store.passes.releaseReader(passId, 'r');
    expect(await store.passes.endUnheld(passId, 'stopped', null)).toMatchObject({
      state: 'ended',
      result: 'stopped',
    });
    expect(await store.passes.endUnheld(passId, 'stopped', null)).toBeNull();
  });

  it('is read again only after it was read, and while no writer holds it', async () => {
    const { passId } = await insertPass();
    expect(await store.passes.readAgain(passId)).toBeNull();
    await store.passes.claimReader(passId, 'r', 60_000);
    await store.passes.readingDone(passId, 'r');
    await store.passes.claimWriter(passId, 'w', 60_000);
    expect(await store.passes.readAgain(passId)).toBeNull();
    await store.passes.releaseWriter(passId, 'w');
    expect(await store.passes.readAgain(passId)).toMatchObject({ readingDone: false });
  });

  it('is removed only if no worker ever had it', async () => {
    const [fresh, claimed] = [await insertPass(), await insertPass()];
    await store.passes.claimReader(claimed.passId, 'r', 1);
    expect(await store.passes.removeUnclaimed(fresh.passId)).toBe(true);
    expect(await store.passes.removeUnclaimed(claimed.passId)).toBe(false);
    const settled = await insertPass({ settledAt: new Date() });
    const asked = [fresh.passId, claimed.passId, settled.passId];
    expect(await store.passes.unsettledOf(asked)).toEqual(new Set([claimed.passId]));
  });
});

describe('the users that the scheduler looks at', () => {
  it('are counted by batch and status, found when due, and walked page by page', async () => {
    const now = new Date();
    const later = new Date(now.getTime() + 60_000);
    const [one, two, idle] = [randomUUID(), randomUUID(), randomUUID()];
    const early = userOf(one, { notBefore: new Date(1) });
    const late = userOf(one, { notBefore: new Date(2) });
    await store.users.insertMany([
      late,
      early,
      userOf(one, { notBefore: later }),
      userOf(two, { status: 'IncrementalFailed', nextSyncAt: past }),
      userOf(two, { status: 'Synced', nextSyncAt: later }),
      userOf(idle, { status: 'Failed' }),
    ]);
    const counts = await store.users.countByBatch([one, two]);
    expect(counts.get(one)).toEqual(new Map([['Queued', 3]]));
    expect(counts.get(two)).toEqual(
      new Map([
        ['IncrementalFailed', 1],
        ['Synced', 1],
      ]),
    );
    expect(await store.users.batchesWithDue([one, two, idle], now)).toEqual({
      initial: [one],
      incremental: [two],
    });
    const due = await store.users.findDueOf(one, 'initial', { now, limit: 10 });
    expect(due.map((user) => user.userId)).toEqual([early.userId, late.userId]);
    expect(await store.users.findDueOf(two, 'incremental', { now, limit: 10 })).toHaveLength(1);
    const walked: string[] = [];
    for await (const page of store.users.pagesOf({ tenantId: 't', batchId: one })) {
      walked.push(...page.map((user) => user.userId));
    }
    expect(new Set(walked).size).toBe(3);
    expect((await store.users.inStatus(['Failed'], 10)).map((user) => user.batchId)).toEqual([idle]);
  });
});

describe('all users of a batch', () => {
  const at = new Date('2026-03-01T00:00:00Z');
  const later = new Date('2026-03-02T00:00:00Z');
  const batch = { tenantId: 't', batchId: 'moved' };
  const statusesOf = async (): Promise<string[]> =>
    (await store.users.list('t', batch, { limit: 10, cursor: null })).map(
      ({ emailAddress, status, notBefore }) =>
        `${emailAddress.slice(0, 1)} ${status} ${notBefore.toISOString().slice(0, 10)}`,
    );

  it('change together where that is legal, and wait for their own StartAfter', async () => {
    await store.users.insertMany([
      userOf('moved', { emailAddress: 'a@x.edu', status: 'Validating' }),
      userOf('moved', { emailAddress: 'b@x.edu', status: 'Failed', startAfter: later, attempt: 3 }),
      userOf('moved', { emailAddress: 'c@x.edu', status: 'Stopped', startAfter: past }),
      userOf('moved', { emailAddress: 'd@x.edu', status: 'Syncing' }),
      userOf('other', { emailAddress: 'e@x.edu', status: 'Failed' }),
    ]);
    const from = ['Validating', 'Stopped', 'Failed'] as const;
    await store.users.queueAll(batch, { from, reason: 'started', notBefore: at, queuedAt: at });
    expect(await statusesOf()).toEqual([
      'a Queued 2026-03-01',
      'b Queued 2026-03-02',
      'c Queued 2026-03-01',
      'd Syncing 1970-01-01',
    ]);
    const [, b] = await store.users.list('t', batch, { limit: 2, cursor: null });
    expect(b).toMatchObject({ attempt: 0, statusHistory: [{ status: 'Queued', reason: 'started' }] });

    const stopped = await store.users.transitionAll(batch, 'Stopped', {
      reason: 'stopped',
      from: ['Queued'],
    });
    expect(stopped).toBe(3);
    const none = await store.users.transitionAll(batch, 'Synced', {
      reason: 'x',
      from: ['Queued', 'Stopped'],
    });
    expect(none).toBe(0);
    expect((await statusesOf()).map((line) => line.split(' ')[1])).toEqual([
      'Stopped',
      'Stopped',
      'Stopped',
      'Syncing',
    ]);
  });

  it('are known by address, and by pair', async () => {
    const found = await store.users.batchIdsOf('t', ['a@x.edu', 'e@x.edu', 'nobody@x.edu']);
    expect([...found]).toEqual([
      ['a@x.edu', 'moved'],
      ['e@x.edu', 'other'],
    ]);
    const pairs = [];
    for await (const some of store.users.idsOf(batch)) pairs.push(...some.map(({ pairId }) => pairId));
    expect(pairs).toEqual(['p', 'p', 'p', 'p']);
  });
});

describe('the report of a removed batch', () => {
  it('is the first that is saved, whoever saves another', async () => {
    const report = { tenantId: 't', batchId: randomUUID(), batchName: 'B', savedAt: new Date() };
    expect(await store.reports.has('t', report.batchId)).toBe(false);
    await store.reports.save(report, ['[1,', '"é"]']);
    await store.reports.save(report, ['2']);
    expect(await store.reports.find('t', report.batchId)).toMatchObject({ batchName: 'B', json: '[1,"é"]' });
    expect(await store.reports.has('t', report.batchId)).toBe(true);
  });

  it('may be of more mailboxes than a document has room for', async () => {
    const report = { tenantId: 't', batchId: randomUUID(), batchName: 'Large', savedAt: new Date() };
    const users = Array.from({ length: 50_000 }, (_, index) => ({
      emailAddress: `user${index}@contoso.edu`,
      userId: randomUUID(),
      statusHistory: 'Synced, IncrementalSyncing, '.repeat(12),
    }));
    const json = JSON.stringify(users);
    expect(json.length).toBeGreaterThan(16 * 1024 * 1024);
    await store.reports.save(report, [json]);
    expect((await store.reports.find('t', report.batchId))?.json === json).toBe(true);
  });
});
