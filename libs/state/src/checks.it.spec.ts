import { randomBytes, randomUUID } from 'node:crypto';
import { createKeyring } from '@sterna/secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchCheck, CheckedMailbox } from './check-documents.js';
import { StateStore } from './state-store.js';

let store: StateStore;
beforeAll(async () => {
  const keyring = { current: 'k', keys: { k: randomBytes(32).toString('base64') } };
  store = await StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? '',
    keyring: createKeyring(JSON.stringify(keyring)),
    dbName: `checks-${randomUUID().slice(0, 8)}`,
  });
});
afterAll(() => store.close());

const past = new Date(0);
const leaseMs = 30_000;

function checkOf(change: Partial<BatchCheck> = {}): BatchCheck {
  return {
    checkId: randomUUID(),
    tenantId: 't',
    batchId: randomUUID(),
    endpointId: 'e',
    serverKey: 'imap.example:993',
    state: 'preparing',
    settings: { pauseMs: 0, mailboxSeconds: 60, onlyFailed: false },
    createdAt: new Date(),
    createdBy: 'test',
    endedAt: null,
    totalCount: 0,
    goodLogins: [],
    owner: '',
    until: past,
    ...change,
  };
}

function rowOf({ checkId, batchId }: BatchCheck, change: Partial<CheckedMailbox> = {}): CheckedMailbox {
  const userId = randomUUID();
  const open = { state: 'waiting', owner: '', until: past, notBefore: past, attempt: 0 } as const;
  const nothing = { skipLogin: null, verdict: null, codes: [], counts: null, checkedAt: null, json: null };
  const identity = { checkId, tenantId: 't', batchId, userId, emailAddress: `${userId}@a.example` };
  return { ...identity, login: userId, ...open, ...nothing, ...change };
}

const leftOut = { folderExcluded: 1, markedDeleted: 2, contentFilter: 3, tooLarge: 4, tooManyItems: 5 };
const counts = { folders: 2, messages: 10, bytes: 1_000, renamed: 1, seconds: 7, leftOut };

describe('the check of a batch', () => {
  it('begins once, ends once, and makes room for the next', async () => {
    const check = checkOf();
    const starts = await Promise.all(
      [1, 2, 3].map((n) => store.checks.start({ ...check, checkId: `${n}-${check.checkId}` })),
    );
    const [started] = starts.filter((one) => one !== null);
    expect(starts.filter((one) => one !== null)).toHaveLength(1);
    const checkId = started?.checkId ?? '';
    expect(await store.checks.claimPreparing(checkId, 'a', leaseMs)).not.toBeNull();
    expect(await store.checks.claimPreparing(checkId, 'b', leaseMs)).toBeNull();
    expect(await store.checks.begin(checkId, 'b', 1)).toBeNull();
    expect(await store.checks.begin(checkId, 'a', 1)).toMatchObject({ state: 'running', totalCount: 1 });
    expect(await store.checks.end(checkId)).toMatchObject({ state: 'done' });
    expect(await store.checks.stop('t', check.batchId)).toBeNull();
    expect(await store.checks.start(checkOf({ batchId: check.batchId }))).toMatchObject({
      state: 'preparing',
      endedAt: null,
    });
  });
});

describe('the mailboxes of a check', () => {
  it('are held by one worker at a time, and taken over when its lease ends', async () => {
    const check = checkOf();
    const row = rowOf(check);
    await store.checkedMailboxes.add([row]);
    await store.checkedMailboxes.add([row]);
    const claims = await Promise.all(
      ['a', 'b', 'c'].map((owner) => store.checkedMailboxes.claim({ ...row, owner }, leaseMs)),
    );
    expect(claims.filter((one) => one !== null)).toHaveLength(1);
    const owner = claims.find((one) => one !== null)?.owner ?? '';
    expect(await store.checkedMailboxes.findDue(check.checkId, [])).toBeNull();
    await store.checkedMailboxes.renew({ ...row, owner }, -1);
    expect(await store.checkedMailboxes.claim({ ...row, owner: 'd' }, leaseMs)).toMatchObject({ attempt: 2 });
    const found = { verdict: 'go' as const, codes: [], counts, json: '{}' };
    expect(await store.checkedMailboxes.finish({ ...row, owner }, found)).toBe(false);
    expect(await store.checkedMailboxes.finish({ ...row, owner: 'd' }, found)).toBe(true);
    expect(await store.checkedMailboxes.countOpen(check.checkId)).toBe(0);
  });

  it('whose login is in use wait, and those whose login is left out do not', async () => {
    const check = checkOf();
    const [first, second] = [rowOf(check, { login: 'admin' }), rowOf(check, { login: 'admin' })];
    await store.checkedMailboxes.add([first, second]);
    expect(await store.checkedMailboxes.findDue(check.checkId, ['admin'])).toBeNull();
    await store.checkedMailboxes.claim({ ...first, owner: 'a' }, leaseMs);
    expect(await store.checkedMailboxes.skipLogin(check.checkId, 'admin', 'refused')).toBe(1);
    const due = await store.checkedMailboxes.findDue(check.checkId, ['admin']);
    expect(due).toMatchObject({ userId: second.userId, skipLogin: 'refused' });
  });

  it('add up by verdict and by code, and those that were Go are carried over', async () => {
    const check = checkOf();
    const done = { state: 'done', counts } as const;
    await store.checkedMailboxes.add([
      rowOf(check, { ...done, verdict: 'go' }),
      rowOf(check, { ...done, verdict: 'go', counts: { ...counts, seconds: 9 } }),
      rowOf(check, { state: 'done', verdict: 'noGo', codes: ['sourceLoginRefused', 'targetMailboxMissing'] }),
      rowOf(check, { state: 'done', verdict: 'noGo', codes: ['sourceLoginRefused'] }),
      rowOf(check),
    ]);
    const sums = await store.checkedMailboxes.sums(check.checkId);
    expect(sums.find(({ verdict }) => verdict === 'go')).toEqual({
      verdict: 'go',
      mailboxes: 2,
      longestSeconds: 9,
      ...{ folders: 4, messages: 20, bytes: 2_000, renamed: 2, seconds: 16 },
      leftOut: { folderExcluded: 2, markedDeleted: 4, contentFilter: 6, tooLarge: 8, tooManyItems: 10 },
    });
    expect(sums.find(({ verdict }) => verdict === 'noGo')).toMatchObject({ mailboxes: 2, messages: 0 });
    expect(await store.checkedMailboxes.countCodes(check.checkId)).toEqual(
      new Map([
        ['sourceLoginRefused', 2],
        ['targetMailboxMissing', 1],
      ]),
    );
    const page = { limit: 10, cursor: null };
    expect(await store.checkedMailboxes.list(check.checkId, page, ['noGo'])).toHaveLength(2);
    await store.checkedMailboxes.carryOver(check.batchId, 'next', ['go']);
    expect(await store.checkedMailboxes.countAll('next')).toBe(2);
    expect(await store.checkedMailboxes.countAll(check.checkId)).toBe(0);
  });
});

describe('the lane of a source server', () => {
  const request = { login: 'a', holder: 'a', pauseMs: 0, slots: 2, leaseMs };

  it('lets in so many at once, and no account twice', async () => {
    const serverKey = randomUUID();
    const enter = (change: object) => store.checkLanes.enter({ ...request, serverKey, ...change });
    expect(await enter({})).toBe(true);
    expect(await enter({ holder: 'b' })).toBe(false);
    expect(await enter({ holder: 'b', login: 'b' })).toBe(true);
    expect(await enter({ holder: 'c', login: 'c' })).toBe(false);
    expect(await store.checkLanes.renew(serverKey, 'b', -1)).toBe(true);
    expect(await enter({ holder: 'c', login: 'c' })).toBe(true);
    expect(await store.checkLanes.renew(serverKey, 'b', leaseMs)).toBe(false);
    await store.checkLanes.leave({ serverKey, holder: 'a', pauseMs: 0 }, false);
    expect(await enter({ holder: 'd' })).toBe(true);
  });

  it('keeps a pause between two logins, and a longer one after each refusal', async () => {
    const serverKey = randomUUID();
    const slow = { ...request, serverKey, pauseMs: 1_000 };
    expect(await store.checkLanes.enter(slow)).toBe(true);
    expect(await store.checkLanes.enter({ ...slow, login: 'b', holder: 'b' })).toBe(false);
    const pauses: number[] = [];
    for (let refusals = 0; refusals < 8; refusals += 1) {
      await store.checkLanes.leave(slow, true);
      const lane = await store.checkLanes.find(serverKey);
      pauses.push(Math.round(((lane?.nextLoginAt.getTime() ?? 0) - Date.now()) / 1_000));
    }
    expect(pauses).toEqual([2, 4, 8, 16, 32, 60, 60, 60]);
    await store.checkLanes.leave(slow, false);
    expect(await store.checkLanes.find(serverKey)).toMatchObject({ refusals: 0, running: [] });
  });
});
