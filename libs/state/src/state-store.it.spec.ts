import { randomBytes, randomUUID } from 'node:crypto';
import { isBalanced } from '@sterna/domain';
import { createKeyring } from '@sterna/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Endpoint, MigrationUser, Pass } from './documents.js';
import { StateStore } from './state-store.js';

const keyring = createKeyring(
  JSON.stringify({ current: 'k', keys: { k: randomBytes(32).toString('base64') } }),
);
let store: StateStore;

beforeAll(async () => {
  const url = process.env['STERNA_TEST_MONGODB_URL'] ?? '';
  store = await StateStore.connect({ url, keyring, dbName: `state-${randomUUID().slice(0, 8)}` });
});
afterAll(() => store.close());

const owner = (passNumber: number, writerEpoch: number) => ({
  tenantId: 't',
  pairId: 'pair',
  passNumber,
  writerEpoch,
});
const migrated = (uid: number) => ({
  uid,
  outcome: 'migrated' as const,
  fingerprint: Buffer.alloc(8, 9),
  sizeBytes: 100,
  missed: null,
});

describe('the ledger', () => {
  it('saves many outcomes at once, over several chunks, and adds up at any moment', async () => {
    const writer = store.ledger.openWriter(owner(1, 1));
    const uids = Array.from({ length: 5_000 }, (_, index) => index + 1);
    await writer.plan('f', 1, uids);
    expect(await store.ledger.tally('pair')).toMatchObject({ found: 5_000, toDo: 5_000 });
    await Promise.all(uids.slice(0, 4_000).map((uid) => writer.record('f', 1, migrated(uid))));
    const tally = await store.ledger.tally('pair');
    expect(tally).toMatchObject({ found: 5_000, toDo: 1_000, migrated: 4_000, migratedBytes: 400_000 });
    expect(isBalanced(tally)).toBe(true);
    const [first] = await store.ledger.readFolder('pair', 'f', 1);
    expect(first?.fingerprints.subarray(0, 8).equals(Buffer.alloc(8, 9))).toBe(true);
  });

  it('lists what did not arrive, with its reason', async () => {
    const writer = store.ledger.openWriter(owner(1, 1));
    const missed = {
      uid: 7,
      outcome: 'skipped',
      reason: 'tooLarge',
      explanation: 'x',
      sizeBytes: 9,
      messageId: '<a@b>',
      subject: null,
      sender: 'Ann Beebe <annb@contoso.edu>',
      sentAt: null,
      receivedAt: '2026-03-01T12:00:00.000Z',
    } as const;
    await writer.record('g', 1, { uid: 7, outcome: 'skipped', fingerprint: null, sizeBytes: 0, missed });
    const page = await store.ledger.missed('pair', { limit: 10, cursor: null });
    expect(page.messages).toEqual([{ ...missed, folderId: 'g', uidValidity: 1 }]);
  });

  it('refuses an older writer of the same pass, and an older pass', async () => {
    const old = store.ledger.openWriter(owner(1, 1));
    await store.ledger.openWriter(owner(1, 2)).record('h', 1, migrated(1));
    await expect(old.record('h', 1, migrated(2))).rejects.toMatchObject({ code: 'passSuperseded' });
    await store.ledger.openWriter(owner(2, 1)).record('h', 1, migrated(3));
    await expect(store.ledger.openWriter(owner(1, 9)).record('h', 1, migrated(4))).rejects.toMatchObject({
      code: 'passSuperseded',
    });
  });

  it('refuses an older writer that had the chunk open', async () => {
    const old = store.ledger.openWriter(owner(3, 1));
    await old.record('i', 1, migrated(1));
    await store.ledger.openWriter(owner(3, 2)).record('i', 1, migrated(2));
    await expect(old.record('i', 1, migrated(3))).rejects.toMatchObject({ code: 'passSuperseded' });
    expect(await store.ledger.openWriter(owner(3, 2)).stateOf('i', 1, 2)).toBe('migrated');
  });

  it('loses no outcome when more chunks are open than are kept', async () => {
    const writer = store.ledger.openWriter({ ...owner(1, 1), pairId: 'wide' });
    const uids = Array.from({ length: 300 }, (_, index) => 1 + index * 1_024);
    await Promise.all(uids.map((uid) => writer.record('f', 1, migrated(uid))));
    expect(await store.ledger.tally('wide')).toMatchObject({ found: 300, migrated: 300 });
  });
});

const endpoint: Endpoint = {
  endpointId: randomUUID(),
  tenantId: 't',
  name: 'E',
  nameKey: 'e',
  type: 'IMAP',
  remoteServer: 'imap.contoso.com',
  port: 993,
  security: 'Ssl',
  acceptUntrustedCertificates: false,
  caCertificate: null,
  certificateFingerprint: null,
  minimumTlsVersion: 'TLSv1.2',
  copyPerLabel: false,
  folderMapping: [],
  userNameFormat: 'auto',
  userNameSeparator: '*',
  authorizationIdentity: false,
  oauth: null,
  passwordSource: 'csv',
  maxConcurrentMigrations: 3,
  maxConcurrentIncrementalSyncs: 1,
  createdAt: new Date(),
};

describe('the slots of an endpoint', () => {
  it('are never more than its limits, however many ask at once', async () => {
    const ask = (kind: 'initial' | 'incremental') =>
      Promise.all(
        Array.from({ length: 10 }, (_, index) => store.slots.acquire(endpoint, kind, `${kind}-${index}`)),
      );
    expect((await ask('initial')).filter(Boolean)).toHaveLength(3);
    expect((await ask('incremental')).filter(Boolean)).toHaveLength(1);
    const [holders] = await store.slots.holders();
    await store.slots.release(endpoint.endpointId, holders?.initial[0] ?? '');
    expect(await store.slots.acquire(endpoint, 'initial', 'next')).toBe(true);
    expect(await store.slots.acquire(endpoint, 'initial', 'one too many')).toBe(false);
  });
});

const nobody = { owner: '', until: new Date(0) };
const pass: Pass = {
  passId: randomUUID(),
  tenantId: 't',
  batchId: 'b',
  userId: 'u',
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
  createdAt: new Date(),
  offeredAt: new Date(),
  startedAt: null,
  endedAt: null,
  settledAt: null,
};

describe('a pass', () => {
  it('has one reader at a time, and another once its lease is over', async () => {
    await store.passes.create(pass);
    expect(await store.passes.claimReader(pass.passId, 'one', 60_000)).toMatchObject({
      reader: { attempt: 1 },
    });
    expect(await store.passes.claimReader(pass.passId, 'two', 60_000)).toBeNull();
    await store.passes.releaseReader(pass.passId, 'one');
    expect(await store.passes.claimReader(pass.passId, 'two', 60_000)).toMatchObject({
      reader: { attempt: 2 },
    });
    expect(await store.passes.renewReader(pass.passId, 'one', 60_000)).toBeNull();
  });

  it('is found when nobody holds it, and ends once', async () => {
    const found = await store.passes.findAbandoned(new Date(Date.now() + 1_000), 10);
    expect(found.map((one) => one.passId)).toEqual([pass.passId]);
    expect(await store.passes.end(pass.passId, 'done', null)).not.toBeNull();
    expect(await store.passes.end(pass.passId, 'failed', null)).toBeNull();
    expect(await store.passes.findUnsettled(10)).toHaveLength(1);
  });
});

const user: MigrationUser = {
  userId: randomUUID(),
  tenantId: 't',
  batchId: 'b',
  endpointId: 'e',
  emailAddress: 'annb@contoso.edu',
  userName: 'ann.beebe',
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
  notBefore: new Date(0),
  nextSyncAt: null,
  syncNow: false,
  lastSuccessfulSyncAt: null,
  startAfter: null,
  completeAfter: null,
  skippedItemsApprovedAt: null,
  queuedAt: new Date(),
  createdAt: new Date(),
};

describe('a migration user', () => {
  it('changes its status once when two want to, and never illegally', async () => {
    await store.users.insertMany([user]);
    expect((await store.users.findDue(new Date(), 10)).map((one) => one.userId)).toEqual([user.userId]);
    const change = () =>
      store.users.transition('t', user.userId, 'Starting', {
        reason: 'due',
        activePassId: null,
        set: { activePassId: 'x' },
      });
    expect((await Promise.all([change(), change()])).filter((one) => one !== null)).toHaveLength(1);
    expect(await store.users.transition('t', user.userId, 'Completed', { reason: 'no' })).toBeNull();
    expect((await store.users.find('t', user.userId))?.statusHistory).toMatchObject([
      { status: 'Starting', reason: 'due' },
    ]);
    expect(await store.users.countByStatus('t', 'b')).toEqual(new Map([['Starting', 1]]));
  });

  it('is not there for another tenant', async () => {
    expect(await store.users.find('fabrikam', user.userId)).toBeNull();
  });
});

describe('secrets and keys', () => {
  it('open for their tenant only, and are gone with their owner', async () => {
    const secretId = await store.secrets.put('t', 'owner', { password: 'p"w' });
    expect(await store.secrets.open('t', secretId)).toEqual({ password: 'p"w' });
    await expect(store.secrets.open('fabrikam', secretId)).rejects.toMatchObject({
      code: 'secretUnreadable',
    });
    await store.secrets.replace('t', secretId, { password: 'renewed' });
    await store.secrets.replace('fabrikam', secretId, { password: 'stolen' });
    expect(await store.secrets.open('t', secretId)).toEqual({ password: 'renewed' });
    await store.secrets.removeOwner('t', 'owner');
    await expect(store.secrets.open('t', secretId)).rejects.toMatchObject({ code: 'secretUnreadable' });
  });

  it('an API key is found by itself alone', async () => {
    const { key, keyId } = await store.apiKeys.create('t', 'ci');
    expect(await store.apiKeys.find(key)).toMatchObject({ keyId, tenantId: 't' });
    expect(await store.apiKeys.find(`${key}x`)).toBeNull();
    expect(await store.apiKeys.revoke('t', keyId)).toBe(true);
    expect(await store.apiKeys.find(key)).toBeNull();
  });
});
