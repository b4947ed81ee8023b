import { createHash } from 'node:crypto';
import { deliver } from '@sterna/local-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

describe('a migration', () => {
  it('brings every message as it was, then only what is new, and nothing twice', async () => {
    const tenant = await stack.createTenant();
    const ada = await stack.createMailbox([
      { path: ['INBOX'], messages: 120, flags: { Seen: 0.5, Flagged: 0.1, Answered: 0.1 } },
      { path: ['Sent'], messages: 20, flags: { Seen: 1 } },
      { path: ['Drafts'], messages: 3, flags: { Draft: 1 } },
    ]);
    const ben = await stack.createMailbox(
      [
        { path: ['INBOX'], messages: 30, keywords: { Invoice: 0.3 } },
        { path: ['Größe', '日本語'], messages: 20 },
        { path: ['Empty'], messages: 0 },
        { path: ['Large'], messages: 2, largeMessageBytes: 12_000_000 },
      ],
      2,
    );
    const mailboxes = [ada, ben];
    await tenant.startBatch('first', mailboxes);
    await tenant.sterna('batch', 'watch', 'first');
    const expected = ada.inventory.messages + ben.inventory.messages;
    expect(await tenant.batch('first')).toMatchObject({
      status: 'Synced',
      tally: { found: expected, migrated: expected, toDo: 0, failed: 0, skipped: 0 },
    });
    for (const mailbox of mailboxes) expect((await stack.compare(mailbox)).differences).toEqual([]);

    const { maildir, inventory } = ada;
    await deliver({ maildir, path: ['INBOX'], seed: 1, position: inventory.nextPosition, messages: 4 });
    await tenant.sterna('batch', 'sync', 'first');
    await tenant.sterna('batch', 'watch', 'first');
    expect((await tenant.batch('first')).tally).toMatchObject({
      found: expected + 4,
      migrated: expected + 4,
    });
    expect((await stack.compare(ada)).differences).toEqual([]);

    await tenant.sterna('batch', 'remove', 'first', '--wait');
    await tenant.startBatch('again', mailboxes);
    await tenant.sterna('batch', 'watch', 'again');
    for (const mailbox of mailboxes) expect((await stack.compare(mailbox)).differences).toEqual([]);
  });

  it('goes on after its batch was removed and made again, and copies nothing twice', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 6 }]);
    await tenant.startBatch('first', [mailbox]);
    await tenant.sterna('batch', 'watch', 'first');
    for (const messages of [1, 1]) {
      await stack.deliver(mailbox, messages);
      mailbox.inventory.nextPosition += messages;
      await tenant.sterna('batch', 'sync', 'first');
      await tenant.sterna('batch', 'watch', 'first');
    }
    await tenant.sterna('batch', 'remove', 'first', '--wait');
    await stack.deliver(mailbox, 2);
    await tenant.startBatch('second', [mailbox]);
    await tenant.sterna('batch', 'watch', 'second');
    expect((await tenant.batch('second')).tally).toMatchObject({ found: 10, migrated: 10, toDo: 0 });
    expect((await stack.compare(mailbox)).differences).toEqual([]);
  });

  it('says of every mailbox that fails what to do, and lets the others be', async () => {
    const tenant = await stack.createTenant();
    const folders = [{ path: ['INBOX'], messages: 20 }];
    const healthy = await stack.createMailbox(folders);
    const wrongPassword = await stack.createMailbox(folders);
    const unlicensed = await stack.createMailbox(folders);
    await stack.emulator('POST', '/mailboxes', { address: unlicensed.emailAddress, hasMailbox: false });
    await tenant.startBatch('mixed', [healthy, wrongPassword, unlicensed], {
      passwords: { [wrongPassword.name]: 'wrong' },
    });
    const { exitCode } = await tenant.try('batch', 'watch', 'mixed');
    expect(exitCode).toBe(6);
    const users = new Map((await tenant.users('mixed')).map((user) => [user.emailAddress, user]));
    expect(users.get(healthy.emailAddress)).toMatchObject({ status: 'Synced', error: null });
    expect(users.get(wrongPassword.emailAddress)).toMatchObject({
      status: 'Failed',
      error: { code: 'sourceLoginRefused' },
    });
    expect(users.get(unlicensed.emailAddress)).toMatchObject({
      status: 'Failed',
      error: { code: 'targetMailboxNotEnabled' },
    });
    for (const user of users.values()) {
      if (user.error !== null) expect(user.error.message.length).toBeGreaterThan(40);
    }
    expect((await stack.compare(healthy)).differences).toEqual([]);

    // the administrator mends what was named and starts the batch again
    await stack.emulator('DELETE', `/mailboxes/${unlicensed.emailAddress}`);
    await tenant.sterna('batch', 'start', 'mixed');
    await tenant.try('batch', 'watch', 'mixed');
    expect((await stack.compare(unlicensed)).differences).toEqual([]);
  });

  it('fails at once on a certificate that nobody vouches for, and tries an unreachable server again', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 1 }]);
    const server = ['--remote-server', 'localhost', '--skip-verification', '--port'];
    await tenant.sterna('endpoint', 'create', 'untrusted', ...server, String(stack.dovecot.tlsPort));
    await tenant.startBatch('untrusted', [mailbox], { endpoint: 'untrusted' });
    expect((await tenant.try('batch', 'watch', 'untrusted')).exitCode).toBe(6);
    expect(await tenant.users('untrusted')).toMatchObject([
      { status: 'Failed', error: { code: 'sourceCertificateRefused' } },
    ]);
    await tenant.sterna('endpoint', 'create', 'closed', ...server, '9');
    await tenant.startBatch('closed', [{ ...mailbox, emailAddress: `other-${mailbox.emailAddress}` }], {
      endpoint: 'closed',
    });
    await expect
      .poll(() => tenant.users('closed'), { timeout: 20_000 })
      .toMatchObject([{ status: 'Queued', error: { code: 'sourceUnreachable' } }]);
    await tenant.sterna('batch', 'remove', 'closed', '--wait');
  });

  it('accounts for every message that did not arrive', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await stack.createMailbox([
      { path: ['INBOX'], messages: 30, flags: { Deleted: 0.2 } },
      { path: ['Large'], messages: 0, largeMessageBytes: 38_000_000 },
    ]);
    await tenant.startBatch('accounts', [mailbox]);
    await tenant.try('batch', 'watch', 'accounts');
    const { tally } = await tenant.batch('accounts');
    const { found = 0, migrated = 0, filtered = 0, skipped = 0 } = tally;
    expect(found).toBe(31);
    expect(skipped).toBe(1);
    expect(filtered).toBeGreaterThan(0);
    expect(migrated).toBe(found - filtered - skipped);
    const missed = await tenant.missed('accounts');
    expect(missed.filter(({ outcome }) => outcome === 'filtered')).toHaveLength(filtered);
    expect(missed.filter(({ reason }) => reason === 'tooLarge')).toEqual([
      expect.objectContaining({
        folder: 'Large',
        uid: 1,
        outcome: 'skipped',
        messageId: '<large-1-38000000@example.org>',
        subject: createHash('sha256').update('The recording of the whole day').digest('hex'),
      }),
    ]);
  });
});

describe('a tenant', () => {
  it('sees nothing of another', async () => {
    const contoso = await stack.createTenant();
    const fabrikam = await stack.createTenant();
    const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 1 }]);
    await contoso.startBatch('secret', [mailbox]);
    expect(await fabrikam.json('batch', 'list')).toEqual([]);
    expect((await fabrikam.try('batch', 'get', 'secret')).exitCode).toBe(1);
    await contoso.sterna('batch', 'watch', 'secret');
  });
});
