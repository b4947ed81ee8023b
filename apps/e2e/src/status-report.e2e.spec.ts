import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

const mails: string[] = [];
let refusals = 0;
const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS'],
  onData(stream, _session, done) {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      mails.push(Buffer.concat(chunks).toString());
      done();
    });
  },
  onRcptTo({ address }, _session, done) {
    if (address.startsWith('refused')) refusals += 1;
    done(address.startsWith('refused') ? new Error('no such user') : null);
  },
});
let stack: TestStack;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stack = await TestStack.start({
    STERNA_SMTP_URL: `smtp://127.0.0.1:${portOf(server)}`,
    STERNA_MAIL_FROM: 'Sterna <sterna@contoso.edu>',
  });
});
afterAll(async () => {
  await stack.stop();
  await new Promise<void>((resolve) => {
    server.close(resolve);
  });
});

function portOf({ server: listener }: SMTPServer): number {
  const found = listener.address();
  if (found === null || typeof found === 'string') throw new Error('the mail server has no port');
  return found.port;
}

it('the NotificationEmails get a report when the batch is synchronised, with its errors as a file', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 4 }]);
  const csv = await stack.writeCsv('reported.csv', mailbox, ['nobody,x,y']);
  const line = ['-Name', 'reported', '-SourceEndpoint', 'imap', '-CSVData', csv, '-AutoStart'];
  await tenant.sterna('New-MigrationBatch', ...line, '-NotificationEmails', 'a@contoso.edu,b@contoso.edu');
  await expect.poll(() => mails.length, { timeout: 30_000 }).toBe(1);
  const [mail = ''] = mails;
  expect(mail).toMatch(/^From: Sterna <sterna@contoso.edu>\r\nTo: a@contoso.edu, b@contoso.edu\r\n/u);
  expect(mail).toContain('Subject: Migration batch reported is Synced');
  expect(mail).toContain('4 found, 4 arrived, 0 to do');
  expect(mail).toContain('filename=MigrationErrors.csv');
  const notified = await tenant.sterna(
    'Get-MigrationBatch',
    'reported',
    '|',
    'fl',
    'NotificationEmails,ReportInterval',
  );
  expect(notified).toMatch(/\{a@contoso.edu, b@contoso.edu\}\nReportInterval +: 1.00:00:00/u);
});

it('a mail server that refuses holds nothing up', async () => {
  const tenant = await stack.createTenant();
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 1 }]);
  const csv = await stack.writeCsv('refused.csv', mailbox);
  const line = ['-Name', 'refused', '-SourceEndpoint', 'imap', '-CSVData', csv, '-AutoStart'];
  await tenant.sterna('New-MigrationBatch', ...line, '-NotificationEmails', 'refused@contoso.edu');
  await tenant.sterna('batch', 'watch', 'refused');
  await expect.poll(() => refusals, { timeout: 30_000 }).toBe(1);
  expect((await tenant.batch('refused')).status).toBe('Synced');
});
