import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fillMailbox } from './mail-corpus.js';
import { readSourceMailbox, type SourceMessage } from './source-mailbox.js';
import { dovecotFromEnvironment } from './test-dovecot.js';

const inbox = {
  path: ['INBOX'],
  messages: 12,
  flags: { Seen: 0.6, Answered: 0.4 },
  keywords: { $Forwarded: 0.5, Rechnung: 0.5 },
};
const folders = [
  inbox,
  { path: ['Sent'], messages: 3, flags: { Seen: 1 }, largeMessageBytes: 3_000_000 },
  { path: ['Projekte', 'Übersee', '台北'], messages: 4 },
];

describe('a filled mailbox in Dovecot', () => {
  it('is what the inventory says: folders, sizes, flags, keywords, dates', async () => {
    const dovecot = dovecotFromEnvironment();
    const userName = `user-${randomUUID()}`;
    await dovecot.users.setUser({ name: userName, password: 'secret' });
    const spec = { maildir: dovecot.users.maildirOf(userName), seed: 11, folders };
    const inventory = await fillMailbox(spec);
    const { host, port } = dovecot;
    const read: SourceMessage[] = [];
    for await (const message of readSourceMailbox({ host, port, userName, password: 'secret' }))
      read.push(message);
    const found = inventory.folders.map(({ path }) => {
      const here = read.filter((message) => message.path.join('/') === path.join('/'));
      return {
        path,
        messages: here.length,
        bytes: here.reduce((sum, message) => sum + message.raw.length, 0),
      };
    });
    expect(found).toEqual(inventory.folders);
    expect(read).toHaveLength(inventory.messages);
    const flags = new Set(read.flatMap((message) => [...message.flags]));
    flags.delete('\\Recent'); // says that no session has seen the message yet
    expect([...flags].sort()).toEqual(['$Forwarded', 'Rechnung', '\\Answered', '\\Seen']);
    expect(read.every((message) => message.internalDate.getFullYear() < 2006)).toBe(true);
    const sent = read.filter((message) => message.specialUse === '\\Sent');
    expect(sent).toHaveLength(4);
  });
});
