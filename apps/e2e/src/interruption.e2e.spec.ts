import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestStack, type TestMailbox, type TestTenant } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

/** A mailbox under way, of which some messages have arrived and more are to come. */
async function startHalf(tenant: TestTenant, name: string): Promise<TestMailbox> {
  const mailbox = await stack.createMailbox([
    { path: ['INBOX'], messages: 500, flags: { Seen: 0.5 } },
    { path: ['Large'], messages: 1, largeMessageBytes: 9_000_000 },
  ]);
  await tenant.startBatch(name, [mailbox]);
  for (;;) {
    const { tally } = await tenant.batch(name);
    if ((tally['migrated'] ?? 0) > 20) return mailbox;
    await pause(50);
  }
}

async function expectWhole(tenant: TestTenant, name: string, mailbox: TestMailbox): Promise<void> {
  await tenant.sterna('batch', 'watch', name);
  const { messages } = mailbox.inventory;
  expect((await tenant.batch(name)).tally).toMatchObject({ found: messages, migrated: messages, toDo: 0 });
  expect((await stack.compare(mailbox)).differences).toEqual([]);
}

describe('nothing is lost and nothing doubled', () => {
  it.each(['imap-reader', 'exchange-writer', 'scheduler'] as const)('when %s is killed', async (name) => {
    const tenant = await stack.createTenant();
    const mailbox = await startHalf(tenant, 'killed');
    await stack.services.byName[name].kill();
    await stack.services.byName[name].restart();
    await expectWhole(tenant, 'killed', mailbox);
  });

  it.each(['imap-reader', 'exchange-writer', 'scheduler', 'batch-api'] as const)(
    'when %s is told to end, which takes it less than ten seconds',
    async (name) => {
      const tenant = await stack.createTenant();
      const mailbox = await startHalf(tenant, 'ended');
      // it exits with 1 by itself when it needs longer
      expect(await stack.services.byName[name].stop()).toBe(0);
      await stack.services.byName[name].restart();
      await expectWhole(tenant, 'ended', mailbox);
    },
  );

  it.each(['imap', 'rabbitmq', 'mongodb'] as const)(
    'when the connections to %s break and it is away for a while',
    async (name) => {
      const tenant = await stack.createTenant();
      const mailbox = await startHalf(tenant, 'broken');
      await stack.proxies[name].cut(3_000);
      await expectWhole(tenant, 'broken', mailbox);
    },
  );

  it('when answers of Exchange are lost, and when it asks for patience', async () => {
    const tenant = await stack.createTenant();
    const path = '/messages';
    await stack.emulator('POST', '/faults', { method: 'POST', path, skip: 5, times: 3, drop: 'after' });
    await stack.emulator('POST', '/faults', { method: 'POST', path, skip: 60, times: 2, drop: 'before' });
    const throttled = { status: 429, code: 'ApplicationThrottled', retryAfterSeconds: 1 };
    await stack.emulator('POST', '/faults', { method: 'POST', path, skip: 30, times: 6, ...throttled });
    const mailbox = await startHalf(tenant, 'faults');
    await expectWhole(tenant, 'faults', mailbox);
    await stack.emulator('DELETE', '/faults');
  });

  it('when the batch is stopped and started again', async () => {
    const tenant = await stack.createTenant();
    await stack.emulator('POST', '/faults', {
      method: 'POST',
      path: '/messages',
      times: 100_000,
      delayMs: 100,
    });
    const mailbox = await startHalf(tenant, 'stopped');
    await tenant.sterna('batch', 'stop', 'stopped');
    await expect
      .poll(async () => (await tenant.batch('stopped')).status, { timeout: 30_000 })
      .toBe('Stopped');
    const { tally } = await tenant.batch('stopped');
    expect(tally['migrated']).toBeLessThan(mailbox.inventory.messages);
    await stack.emulator('DELETE', '/faults');
    await tenant.sterna('batch', 'start', 'stopped');
    await expectWhole(tenant, 'stopped', mailbox);
  });

  it('when further replicas share the work', async () => {
    const tenant = await stack.createTenant();
    await Promise.all([
      stack.services.addReplica('scheduler'),
      stack.services.addReplica('imap-reader'),
      stack.services.addReplica('exchange-writer'),
    ]);
    const folders = [{ path: ['INBOX'], messages: 40 }];
    const mailboxes = await Promise.all(
      Array.from({ length: 12 }, (_, index) => stack.createMailbox(folders, index + 1)),
    );
    await tenant.startBatch('many', mailboxes);
    await tenant.sterna('batch', 'watch', 'many');
    for (const mailbox of mailboxes) expect((await stack.compare(mailbox)).differences).toEqual([]);
  });
});
