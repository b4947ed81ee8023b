import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TargetMailbox } from '../target-mailbox.js';
import { type ArrivedMessage, errorOf, TestExchange } from '../testing/test-exchange.js';
import type { WriteRequest, WriteResult } from './message-writer.js';

const messagesPath = '/mailFolders/[^/]+/messages$';
const internalDate = new Date('2019-03-04T05:06:07Z');

let exchange: TestExchange;
let mailbox: TargetMailbox;
let inboxId: string;
beforeEach(async () => {
  exchange = new TestExchange();
  mailbox = await exchange.open();
  inboxId = (await mailbox.ensureFolder(['INBOX'], 'inbox')).folderId;
});
afterEach(() => exchange.close());

const lines = (...each: string[]): Buffer => Buffer.from(each.join('\r\n'));
const simple = lines(
  'Message-ID: <one@example.com>',
  'Date: Mon, 04 Mar 2019 06:00:00 +0100',
  'From: =?utf-8?q?Ad=C3=A9?= <ada@example.com>',
  'To: Bob <bob@example.com>, undisclosed recipients',
  'Cc: carol@example.com',
  'Reply-To: list@example.com',
  'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
  'Importance: high',
  'X-Custom: kept in the headers',
  '',
  'Text with "quotes" and ünïcödé',
  '',
);

async function write(bytes: Buffer, changes: Partial<WriteRequest> = {}): Promise<WriteResult> {
  return mailbox.writeMessage({
    folderId: inboxId,
    content: { kind: 'memory', bytes },
    flags: [],
    internalDate,
    key: `${randomUUID()}.1.1`,
    ...changes,
  });
}

async function onlyArrived(): Promise<ArrivedMessage> {
  const all = await exchange.arrived();
  expect(all).toHaveLength(1);
  const [message] = all;
  if (message === undefined) throw new Error('no message arrived');
  return message;
}

function propertyOf(message: ArrivedMessage, id: string): unknown {
  return message.extendedProperties.find((each) => each.id.endsWith(id))?.value;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A message of one text and files of random bytes. */
function withFiles(...sizes: number[]): { bytes: Buffer; hashes: string[] } {
  const hashes: string[] = [];
  const parts = sizes.flatMap((size, index) => {
    const file = randomBytes(size);
    hashes.push(sha256(file));
    return [
      '--sep',
      'Content-Type: application/pdf',
      `Content-Disposition: attachment; filename="file ${index}.pdf"`,
      'Content-Transfer-Encoding: base64',
      '',
      file.toString('base64').replaceAll(/.{76}/g, '$&\r\n'),
    ];
  });
  const head = ['Subject: files', 'MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=sep', ''];
  return { bytes: lines(...head, '--sep', '', 'The text', ...parts, '--sep--', ''), hashes };
}

describe('a message that fits into one request', () => {
  it('keeps text, people, dates and state', async () => {
    const result = await write(simple, {
      key: 'folder.7.42',
      flags: ['\\Seen', '\\Flagged', '\\Answered', '$label2', 'Kunde', 'NonJunk', '$MDNSent'],
    });
    expect(result).toMatchObject({ kind: 'written', requests: 1 });
    const message = await onlyArrived();
    expect(message).toMatchObject({
      folderWellKnownName: 'inbox',
      internetMessageId: '<one@example.com>',
      subject: 'Grüße',
      from: 'ada@example.com',
      fromName: 'Adé',
      cc: [{ address: 'carol@example.com' }],
      replyTo: [{ address: 'list@example.com' }],
      receivedDateTime: '2019-03-04T05:06:07Z',
      sentDateTime: '2019-03-04T05:00:00Z',
      isRead: true,
      isDraft: false,
      flag: 'flagged',
      importance: 'high',
      categories: ['Work', 'Kunde'],
      bodyContentType: 'text',
    });
    expect(message.body).toContain('Text with "quotes" and ünïcödé');
    expect(message.to[0]).toEqual({ name: 'Bob', address: 'bob@example.com' });
    expect(propertyOf(message, 'SternaKey')).toBe('folder.7.42');
    expect(propertyOf(message, '0x1080')).toBe('261');
    expect(propertyOf(message, '0x1081')).toBe('102');
    expect(propertyOf(message, '0x007D')).toContain('X-Custom: kept in the headers');
    expect(propertyOf(message, 'SternaIncomplete')).toBeUndefined();
    if (result.kind === 'written') expect(message.immutableId).toBe(result.itemId);
  });

  it('keeps unread mail unread, drafts drafts and forwarded mail forwarded', async () => {
    await write(simple, { flags: ['\\Draft'] });
    expect(await onlyArrived()).toMatchObject({ isDraft: true, isRead: false });
    await write(simple, { flags: ['$Forwarded'] });
    const forwarded = (await exchange.arrived())[1];
    expect(forwarded).toMatchObject({ isDraft: false, isRead: false, flag: 'notFlagged' });
    if (forwarded !== undefined) expect(propertyOf(forwarded, '0x1080')).toBe('262');
  });

  it('keeps the plain text beside an HTML body', async () => {
    const bytes = lines(
      'Subject: both',
      'MIME-Version: 1.0',
      'Content-Type: multipart/alternative; boundary=sep',
      '',
      '--sep',
      '',
      'plain form',
      '--sep',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>HTML form</p>',
      '--sep--',
      '',
    );
    await write(bytes);
    const message = await onlyArrived();
    expect(message.bodyContentType).toBe('html');
    expect(message.body).toContain('<p>HTML form</p>');
    expect(propertyOf(message, '0x1000')).toContain('plain form');
  });

  it('keeps every byte of its files in their order', async () => {
    const { bytes, hashes } = withFiles(100_000, 1, 0, 1_500_000);
    expect(await write(bytes)).toMatchObject({ kind: 'written', requests: 1 });
    const { attachments } = await onlyArrived();
    expect(attachments.map((each) => each.sha256)).toEqual(hashes);
    expect(attachments.map((each) => each.name)).toEqual([
      'file 0.pdf',
      'file 1.pdf',
      'file 2.pdf',
      'file 3.pdf',
    ]);
  });

  it('does not fail for addresses that are none', async () => {
    const bytes = lines(
      'From: nobody at all',
      'To: <a b@c>, "x" <ü@example.com>',
      'Subject: bad',
      '',
      'x',
      '',
    );
    const result = await write(bytes);
    expect(result).toMatchObject({ kind: 'written', requests: 1 });
    if (result.kind === 'written') expect(result.repairs).toContain('addressReplaced');
    const message = await onlyArrived();
    expect(message).toMatchObject({ from: 'unreadable@address.invalid', fromName: 'nobody at all' });
  });

  it('keeps an attached message as a message, with its own files', async () => {
    const inner = withFiles(5000);
    const bytes = Buffer.concat([
      lines(
        'Subject: outer',
        'MIME-Version: 1.0',
        'Content-Type: multipart/mixed; boundary=outer',
        '',
        '--outer',
        '',
        'see attached',
        '--outer',
        'Content-Type: message/rfc822',
        '',
        '',
      ),
      inner.bytes,
      lines('', '--outer--', ''),
    ]);
    expect(await write(bytes)).toMatchObject({ kind: 'written', requests: 1 });
    const [attachment] = (await onlyArrived()).attachments;
    expect(attachment).toMatchObject({
      kind: 'item',
      item: { subject: 'files', isDraft: false, attachments: [{ sha256: inner.hashes[0] }] },
    });
  });
});

describe('a message that Exchange does not take as it is', () => {
  const refuse = (times: number, code = 'ErrorInvalidProperty'): Promise<void> =>
    exchange.fault({ method: 'POST', path: messagesPath, status: 400, code, times });

  it('is offered without what is optional', async () => {
    await refuse(1);
    const result = await write(simple, { flags: ['\\Answered', 'Kunde'] });
    expect(result).toMatchObject({ kind: 'written', requests: 2 });
    if (result.kind === 'written') expect(result.repairs).toContain('optionalPropertiesLeftOut');
    const message = await onlyArrived();
    expect(message).toMatchObject({
      subject: 'Grüße',
      isDraft: false,
      receivedDateTime: '2019-03-04T05:06:07Z',
    });
    expect(message.categories).toEqual([]);
    expect(propertyOf(message, '0x007D')).toBeUndefined();
  });

  it('is kept whole as a file when nothing else helps', async () => {
    await refuse(3, 'ErrorInvalidRecipients');
    const result = await write(simple);
    expect(result).toMatchObject({ kind: 'written', requests: 4 });
    if (result.kind === 'written') expect(result.repairs).toContain('messageKeptAsFile');
    const { attachments } = await onlyArrived();
    expect(attachments).toMatchObject([
      { name: 'Grüße.eml', contentType: 'message/rfc822', sha256: sha256(simple) },
    ]);
  });

  it('is refused with a sentence for the administrator', async () => {
    await refuse(10);
    const result = await write(simple);
    expect(result).toMatchObject({ kind: 'refused', reason: 'refusedByTarget' });
    if (result.kind === 'refused')
      expect(result.explanation).toMatch(/400 ErrorInvalidProperty, request .*by hand/);
    expect(await exchange.arrived()).toEqual([]);
  });
});

describe('a mailbox that cannot take mail', () => {
  it('stops the account when it is full', async () => {
    const emailAddress = `full-${randomUUID()}@test.example`;
    await exchange.admin('POST', '/mailboxes', { address: emailAddress, quotaBytes: 10 });
    const full = await exchange.open(emailAddress);
    const { folderId } = await full.ensureFolder(['INBOX'], 'inbox');
    const content = { kind: 'memory', bytes: simple } as const;
    const error = await errorOf(full.writeMessage({ folderId, content, flags: [], internalDate, key: 'k' }));
    expect(error).toMatchObject({ code: 'targetMailboxFull', scope: 'account', retry: { kind: 'never' } });
    expect(error.message).toContain('more room');
  });

  it('waits as long as it is asked to', async () => {
    await exchange.fault({
      method: 'POST',
      path: messagesPath,
      status: 429,
      code: 'ApplicationThrottled',
      retryAfterSeconds: 1,
      times: 2,
    });
    const before = Date.now();
    expect(await write(simple)).toMatchObject({ kind: 'written', requests: 3 });
    expect(Date.now() - before).toBeGreaterThanOrEqual(1950);
    await onlyArrived();
  });

  it('is written to with a new token when the old one ends', async () => {
    await write(simple);
    await exchange.admin('DELETE', '/tokens');
    const results = await Promise.all(Array.from({ length: 8 }, () => write(simple)));
    expect(results.every((result) => result.kind === 'written')).toBe(true);
    expect(await exchange.arrived()).toHaveLength(9);
  });

  it('gives a folder that was deleted meanwhile again', async () => {
    const { folderId } = await mailbox.ensureFolder(['Projects', 'Old'], null);
    await exchange.graph('DELETE', `/mailFolders/${folderId}`);
    expect(await write(simple, { folderId })).toMatchObject({ kind: 'written' });
    expect(await write(simple, { folderId })).toMatchObject({ kind: 'written', requests: 1 });
    expect((await exchange.arrived()).map((each) => each.folderPath)).toEqual([
      ['Projects', 'Old'],
      ['Projects', 'Old'],
    ]);
  });
});

describe('a lost answer', () => {
  it('makes no second message when the first had been written', async () => {
    await exchange.fault({ method: 'POST', path: messagesPath, drop: 'after' });
    const result = await write(simple);
    expect(result).toMatchObject({ kind: 'written', requests: 2 });
    const message = await onlyArrived();
    if (result.kind === 'written') expect(message.immutableId).toBe(result.itemId);
  });

  it('is followed by another attempt when nothing had been written', async () => {
    await exchange.fault({ method: 'POST', path: messagesPath, drop: 'before' });
    expect(await write(simple)).toMatchObject({ kind: 'written', requests: 3 });
    await onlyArrived();
  });

  it('of a service that is away for long ends the attempt, to be taken up again', async () => {
    await exchange.fault({
      method: 'POST',
      path: messagesPath,
      status: 503,
      code: 'ErrorServerBusy',
      retryAfterSeconds: 0.01,
      times: 6,
    });
    const error = await errorOf(write(simple));
    expect(error).toMatchObject({ code: 'targetUnavailable', scope: 'account' });
    expect(await exchange.arrived()).toEqual([]);
  });
});

describe('looking for a message by its key', () => {
  it('finds it wherever its owner moved it', async () => {
    const key = "it's.a.key";
    expect(await mailbox.findByKey(inboxId, key)).toBeNull();
    const result = await write(simple, { key });
    if (result.kind !== 'written') throw new Error('refused');
    await exchange.graph('POST', `/messages/${result.itemId}/move`, { destinationId: 'deleteditems' });
    expect(await mailbox.findByKey(inboxId, key)).toEqual({ itemId: result.itemId, isComplete: true });
  });
});

describe('a message that does not fit into one request', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sterna-exchange-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('gets its files one by one, each of them whole', async () => {
    const { bytes, hashes } = withFiles(4_000_000, 1_000_000, 2_500_000, 2000);
    const key = 'large.1.1';
    const result = await write(bytes, { key });
    // create, upload session with two ranges, one POST, the mark taken off
    expect(result).toMatchObject({ kind: 'written', requests: 6 });
    const message = await onlyArrived();
    expect(new Set(message.attachments.map((each) => each.sha256))).toEqual(new Set(hashes));
    expect(propertyOf(message, 'SternaIncomplete')).toBe('0');
    expect(message).toMatchObject({ isDraft: false, receivedDateTime: '2019-03-04T05:06:07Z' });
    expect(await mailbox.findByKey(inboxId, key)).toMatchObject({ isComplete: true });
  });

  it('of 35 MB is written from a file with bounded memory', async () => {
    const { bytes, hashes } = withFiles(26 * 1024 * 1024 - 700_000);
    const path = join(directory, 'large.eml');
    await writeFile(path, bytes);
    expect(bytes.length).toBeGreaterThan(34 * 1024 * 1024);
    const result = await write(Buffer.alloc(0), { content: { kind: 'file', path } });
    expect(result).toMatchObject({ kind: 'written' });
    const message = await onlyArrived();
    expect(message.attachments).toMatchObject([{ name: 'file 0.pdf', sha256: hashes[0] }]);
  });

  it('goes on where the server expects the next range', async () => {
    const { bytes, hashes } = withFiles(9_000_000);
    for (const drop of ['after', 'before']) {
      await exchange.uploadFault({ drop, skip: drop === 'after' ? 1 : 0 });
    }
    expect(await write(bytes)).toMatchObject({ kind: 'written' });
    const message = await onlyArrived();
    expect(message.attachments.map((each) => each.sha256)).toEqual(hashes);
  });

  it('has each file once when the answer to the last range is lost', async () => {
    const { bytes, hashes } = withFiles(5_000_000, 2_000_000, 2_000_000);
    await exchange.uploadFault({ drop: 'after', skip: 1 });
    await exchange.fault({ method: 'POST', path: '/messages/[^/]+/attachments$', drop: 'after' });
    expect(await write(bytes)).toMatchObject({ kind: 'written' });
    const message = await onlyArrived();
    expect(message.attachments.map((each) => each.sha256).sort()).toEqual([...hashes].sort());
  });

  it('stays marked while it is not whole, and can be taken away', async () => {
    const { bytes } = withFiles(5_000_000);
    await exchange.fault({
      method: 'POST',
      path: '/messages/[^/]+/attachments/createUploadSession$',
      status: 507,
      code: 'ErrorQuotaExceeded',
    });
    const key = 'cut.1.1';
    expect(await errorOf(write(bytes, { key }))).toMatchObject({ code: 'targetMailboxFull' });
    const found = await mailbox.findByKey(inboxId, key);
    expect(found).toMatchObject({ isComplete: false });
    await mailbox.removeIncomplete(found?.itemId ?? '');
    expect(await mailbox.findByKey(inboxId, key)).toBeNull();
    await mailbox.removeIncomplete(found?.itemId ?? '');
    expect(await write(bytes, { key })).toMatchObject({ kind: 'written' });
    expect(await mailbox.findByKey(inboxId, key)).toMatchObject({ isComplete: true });
  });

  it('is refused when it is larger than the mailbox takes, and leaves nothing behind', async () => {
    const { bytes } = withFiles(37 * 1024 * 1024);
    const key = 'huge.1.1';
    const result = await write(bytes, { key });
    expect(result).toMatchObject({ kind: 'refused', reason: 'tooLarge' });
    if (result.kind === 'refused') expect(result.explanation).toMatch(/50\.\d MB.*MaxReceiveSize/);
    expect(await mailbox.findByKey(inboxId, key)).toBeNull();
  });

  it('keeps a body that is larger than a request as a file', async () => {
    const body = 'a line of text\r\n'.repeat(400_000);
    const result = await write(Buffer.concat([lines('Subject: long', '', ''), Buffer.from(body)]));
    if (result.kind !== 'written') throw new Error(result.explanation);
    expect(result.repairs).toContain('bodyKeptAsFile');
    const message = await onlyArrived();
    expect(message.attachments).toMatchObject([{ name: 'message-body.txt', contentType: 'text/plain' }]);
    expect(message.body).toMatch(/^a line of text/);
  });

  it.each([3 * 1024 * 1024 - 100, 3 * 1024 * 1024 - 1, 3 * 1024 * 1024, 3 * 1024 * 1024 - 5000])(
    'takes a file of %i bytes',
    async (size) => {
      const { bytes, hashes } = withFiles(size, 100_000);
      const result = await write(bytes);
      if (result.kind !== 'written') throw new Error(result.explanation);
      const message = await onlyArrived();
      const isPadded = result.repairs.includes('attachmentPadded');
      expect(message.attachments.map((each) => each.size).sort()).toEqual(
        [isPadded ? 3 * 1024 * 1024 : size, 100_000].sort(),
      );
      if (!isPadded) {
        expect(message.attachments.map((each) => each.sha256).sort()).toEqual([...hashes].sort());
      }
    },
  );
});
