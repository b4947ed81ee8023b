import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { connect } from 'amqplib';
import { ImapFlow } from 'imapflow';
import { MongoClient } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { dovecotFromEnvironment } from './test-dovecot.js';

describe('the database of the local stack', () => {
  it('keeps documents and refuses duplicates', async () => {
    const client = await MongoClient.connect(process.env['STERNA_TEST_MONGODB_URL'] ?? '');
    const database = client.db(`local-stack-${randomUUID()}`);
    try {
      const items = database.collection<{ name: string }>('items');
      await items.createIndexes([{ key: { name: 1 }, unique: true }]);
      await items.insertOne({ name: 'tern' });
      await expect(items.insertOne({ name: 'tern' })).rejects.toMatchObject({ code: 11_000 });
      expect(await items.countDocuments()).toBe(1);
    } finally {
      await database.dropDatabase();
      await client.close();
    }
  });
});

describe('the broker of the local stack', () => {
  it('confirms to a quorum queue and delivers what was confirmed', async () => {
    const connection = await connect(process.env['STERNA_TEST_AMQP_URL'] ?? '');
    const channel = await connection.createConfirmChannel();
    const { queue } = await channel.assertQueue(`local-stack-${randomUUID()}`, {
      durable: true,
      arguments: { 'x-queue-type': 'quorum' },
    });
    try {
      channel.sendToQueue(queue, Buffer.from('a tern'));
      await channel.waitForConfirms();
      const message = await channel.get(queue, { noAck: true });
      expect(message === false ? null : message.content.toString()).toBe('a tern');
    } finally {
      await channel.deleteQueue(queue);
      await connection.close();
    }
  });
});

describe('the Dovecot of the local stack', () => {
  const dovecot = dovecotFromEnvironment();

  async function capabilities(user: string, pass: string, isTls: boolean): Promise<string[]> {
    const security = isTls
      ? { port: dovecot.tlsPort, secure: true, tls: { ca: await readFile(dovecot.caPath, 'utf8') } }
      : { port: dovecot.port, secure: false, doSTARTTLS: false };
    const client = new ImapFlow({ host: dovecot.host, auth: { user, pass }, logger: false, ...security });
    await client.connect();
    const found = [...client.capabilities.keys()];
    await client.logout();
    return found;
  }

  it('lets a user in who was added after it started, in plain text and over TLS that Node trusts', async () => {
    const user = { name: `user-${randomUUID()}`, password: 'one' };
    await dovecot.users.setUser(user);
    expect(await capabilities(user.name, 'one', false)).toContain('CONDSTORE');
    expect(await capabilities(user.name, 'one', true)).toContain('SPECIAL-USE');
  });

  it('takes the last password that a user was given', async () => {
    const name = `user-${randomUUID()}`;
    await dovecot.users.setUser({ name, password: 'one' });
    await dovecot.users.setUser({ name, password: 'two' });
    await expect(capabilities(name, 'one', false)).rejects.toMatchObject({ authenticationFailed: true });
    expect(await capabilities(name, 'two', false)).toContain('IMAP4rev1');
  });

  it('lets the master user in as anyone', async () => {
    const name = `user-${randomUUID()}`;
    await dovecot.users.setUser({ name, password: 'one' });
    expect(await capabilities(`${name}*master`, 'master-secret', false)).toContain('IMAP4rev1');
  });
});
