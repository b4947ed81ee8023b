import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { compareMailbox } from './comparison.js';
import type { SourceMessage } from './source-mailbox.js';
import type { TargetMessage } from './target-mailbox.js';

const receivedAt = new Date('2002-10-01T12:00:00Z');
const source: SourceMessage = {
  path: ['INBOX', 'Work'],
  specialUse: null,
  uid: 7,
  flags: new Set(['\\Seen']),
  internalDate: receivedAt,
  raw: Buffer.from(
    [
      'From: Ada <ada@example.com>',
      'Subject: Plans',
      'Message-ID: <1@example.com> (added by a gateway)',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      '',
      'Something wonderful',
      '--b',
      'Content-Type: application/pdf',
      'Content-Disposition: attachment; filename=a.pdf',
      '',
      'file',
      '--b--',
      '',
    ].join('\r\n'),
  ),
};
const arrived: TargetMessage = {
  id: 'item',
  folderPath: ['Inbox', 'Work'],
  internetMessageId: '<1@example.com>',
  subject: 'Plans',
  from: 'Ada@example.com',
  receivedDateTime: '2002-10-01T12:00:00.400Z',
  isRead: true,
  isDraft: false,
  flag: 'notFlagged',
  body: 'Something wonderful',
  attachments: [
    { name: 'a.pdf', size: 4, isInline: false, sha256: createHash('sha256').update('file').digest('hex') },
  ],
};

async function compare(target: TargetMessage[]): Promise<string[]> {
  async function* messages() {
    yield await Promise.resolve(source);
  }
  return (await compareMailbox('ada@example.com', messages(), target)).differences;
}

describe('the comparison of a mailbox', () => {
  it('finds nothing where all is as it was', async () => {
    expect(await compare([arrived])).toEqual([]);
  });

  it.each<[string, Partial<TargetMessage>, string]>([
    ['another folder', { folderPath: ['Inbox'] }, 'not at the target'],
    ['another received date', { receivedDateTime: '2002-10-01T12:00:01Z' }, 'not at the target'],
    ['another Message-ID', { internetMessageId: '<2@example.com>' }, 'Message-ID'],
    ['another subject', { subject: 'Plan' }, 'subject'],
    ['another read state', { isRead: false }, 'read'],
    ['a flag', { flag: 'flagged' }, 'flagged'],
    ['a draft', { isDraft: true }, 'draft'],
    ['another sender', { from: 'bob@example.com' }, 'from'],
    ['a placeholder for a good sender', { from: 'unreadable@address.invalid' }, 'from'],
    ['a lost word', { body: 'Something' }, 'body'],
    [
      'a changed file',
      { attachments: [{ name: 'a.pdf', size: 4, isInline: false, sha256: '' }] },
      'attachments',
    ],
    ['a lost file', { attachments: [] }, 'attachments'],
  ])('finds %s', async (_name, change, words) => {
    expect((await compare([{ ...arrived, ...change }])).join('\n')).toContain(words);
  });

  it('finds what is there twice', async () => {
    expect(await compare([arrived, { ...arrived, id: 'second' }])).toEqual([
      'Inbox/Work second: at the target, not at the source',
    ]);
  });
});
