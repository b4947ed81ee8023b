import { emulatedMessage, ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import type { StateStore } from '@sterna/state';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connectStore, TestBatch, type TestRow } from './testing/test-checks.js';

let store: StateStore;
beforeAll(async () => {
  store = await connectStore();
});
afterAll(() => store.close());

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const users = (count: number): TestRow[] =>
  Array.from({ length: count }, (_, index) => ({ userName: `user-${index}` }));
const waiting = { timeout: 30_000, interval: 50 };

async function prepare(rows: readonly TestRow[], options: ImapEmulatorOptions = {}) {
  const folders = [{ name: 'INBOX', messages: [emulatedMessage(1), emulatedMessage(2)] }];
  const logIn: ImapEmulatorOptions['logIn'] = ({ password }) =>
    password === 'right' ? null : '[AUTHENTICATIONFAILED] no';
  const source = await ImapEmulator.start({ folders, logIn, ...options });
  cleanUps.push(() => source.stop());
  const batch = await TestBatch.create(store, source.port, rows);
  cleanUps.push(() => batch.stop());
  return { source, batch };
}

const done = (batch: TestBatch) => expect.poll(() => batch.state(), waiting).toBe('done');

describe('the check of a batch', () => {
  it('looks at each mailbox once, however many replicas work on it', async () => {
    const { source, batch } = await prepare(users(8));
    const checkId = await batch.check();
    for (const _ of [1, 2, 3]) batch.startRunner();
    await done(batch);
    expect(source.logins.map(({ userName }) => userName).sort()).toEqual(
      users(8)
        .map(({ userName }) => userName)
        .sort(),
    );
    const results = await batch.results(checkId);
    expect(results.map(({ verdict, source: { messages } }) => [verdict, messages])).toEqual(
      Array.from({ length: 8 }, () => ['go', 2]),
    );
  });

  it('keeps its pause between two logins, and no more than four connections, over all replicas', async () => {
    const times: number[] = [];
    let most = 0;
    const { source, batch } = await prepare(users(6), {
      logIn: () => {
        times.push(Date.now());
        return null;
      },
      react: () => {
        most = Math.max(most, source.openConnections);
        return null;
      },
    });
    await batch.check({ pauseMs: 300 });
    for (const _ of [1, 2]) batch.startRunner();
    await done(batch);
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses).toHaveLength(5);
    // the login follows the moment that was given to it by some milliseconds
    expect(Math.min(...pauses)).toBeGreaterThan(150);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('goes on where it was when the replica that worked on it ends', async () => {
    let isSlow = true;
    const { source, batch } = await prepare(users(5), {
      react: ({ name }) => (isSlow && name === 'FETCH' ? { kind: 'silence' } : null),
    });
    const checkId = await batch.check();
    const first = batch.startRunner(2);
    await expect.poll(() => source.commands.filter(({ name }) => name === 'FETCH').length, waiting).toBe(2);
    await first.stop();
    isSlow = false;
    batch.startRunner();
    await done(batch);
    expect(await batch.results(checkId)).toHaveLength(5);
    expect((await batch.results(checkId)).every(({ verdict }) => verdict === 'go')).toBe(true);
  });

  it('can be stopped in the middle, and checks the rest the next time', async () => {
    let isSlow = true;
    const { source, batch } = await prepare(users(8), {
      react: ({ name }, { number }) =>
        isSlow && number > 3 && name === 'FETCH' ? { kind: 'silence' } : null,
    });
    await batch.check();
    batch.startRunner();
    await expect.poll(() => source.logins.length, waiting).toBe(7);
    await store.checks.stop(batch.tenantId, batch.batchId);
    await expect.poll(() => source.openConnections, waiting).toBe(0);
    isSlow = false;
    const checkId = await batch.check({ onlyFailed: true });
    await done(batch);
    expect(await batch.results(checkId)).toHaveLength(8);
    expect(source.logins).toHaveLength(7 + 5);
  });
});

describe('a login', () => {
  it('of an administrator that is refused is not tried for other mailboxes', async () => {
    const rows = ['ann', 'bob', 'cid'].map((name) => ({ userName: `${name}*admin`, password: 'wrong' }));
    const { source, batch } = await prepare([...rows, { userName: 'dan' }]);
    const checkId = await batch.check();
    for (const _ of [1, 2]) batch.startRunner();
    await done(batch);
    expect(source.logins.filter(({ userName }) => userName.endsWith('*admin'))).toHaveLength(1);
    const results = await batch.results(checkId);
    expect(results.map(({ verdict }) => verdict).sort()).toEqual(['go', 'noGo', 'notTried', 'notTried']);
    expect(results.every(({ target }) => target.isChecked)).toBe(true);
  });

  it('of an administrator that was let in once is tried for all mailboxes', async () => {
    const rows = ['ann', 'unknown', 'unknown2', 'zoe'].map((name, index) => ({
      userName: `${name}*admin`,
      emailAddress: `${index}-${Date.now()}@test.example`,
    }));
    const { source, batch } = await prepare(rows, {
      logIn: ({ userName }) => (userName.startsWith('unknown') ? '[AUTHENTICATIONFAILED] who?' : null),
    });
    const checkId = await batch.check();
    batch.startRunner();
    await done(batch);
    expect(source.logins).toHaveLength(4);
    expect((await batch.results(checkId)).map(({ verdict }) => verdict)).toEqual([
      'go',
      'noGo',
      'noGo',
      'go',
    ]);
  });

  it('that is refused is never repeated; one that the server puts off is tried again later', async () => {
    const rows = [{ userName: 'wrong', password: 'wrong' }, { userName: 'busy' }];
    const { source, batch } = await prepare(rows, {
      logIn: ({ userName }) =>
        userName === 'busy' ? '[LIMIT] too many logins' : '[AUTHENTICATIONFAILED] no',
    });
    const checkId = await batch.check();
    batch.startRunner();
    const verdicts = async () => (await batch.results(checkId)).map(({ verdict }) => verdict);
    await expect.poll(verdicts, waiting).toEqual(['noGo']);
    await expect.poll(() => source.logins.length, waiting).toBe(2);
    await expect.poll(() => source.openConnections, waiting).toBe(0);
    expect(await store.checkedMailboxes.findDue(checkId, [])).toBeNull();
    expect(await store.checkedMailboxes.countOpen(checkId)).toBe(1);
    expect(await batch.state()).toBe('running');
  });

  it('is not tried while a pass of the mailbox runs', async () => {
    const { source, batch } = await prepare(users(1));
    const [user] = await store.users.list(batch.tenantId, {}, { limit: 1, cursor: null });
    if (user === undefined) throw new Error('no user');
    await store.users.change(user, { set: { activePassId: 'p' } });
    const checkId = await batch.check();
    batch.startRunner();
    await done(batch);
    expect(source.logins).toEqual([]);
    expect(await batch.results(checkId)).toMatchObject([
      { verdict: 'notTried', notes: [{ code: 'passRunning' }] },
    ]);
  });
});
