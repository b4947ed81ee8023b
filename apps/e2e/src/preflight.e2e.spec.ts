import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { TestStack, type TestTenant } from './test-stack.js';

let stack: TestStack;
let tenant: TestTenant;
beforeAll(async () => {
  stack = await TestStack.start();
  tenant = await stack.createTenant();
});
afterAll(() => stack.stop());

const count = z.record(z.string(), z.number());
const answer = z.object({
  check: z.object({
    state: z.string(),
    verdicts: count,
    totalCount: z.number(),
    estimatedSeconds: z.number(),
  }),
  mailboxes: z.array(
    z.object({
      emailAddress: z.string(),
      verdict: z.string(),
      problems: z.array(z.object({ code: z.string() })),
      notes: z.array(z.object({ code: z.string(), message: z.string() })),
      source: z.object({ messages: z.number(), bytes: z.number(), sizesFrom: z.string(), leftOut: count }),
      renamed: z.array(z.object({ from: z.string(), to: z.string() })),
    }),
  ),
});

async function check(batch: string, ...options: string[]) {
  const result = await tenant.try('batch', 'check', batch, '--pause', '0s', '--output', 'json', ...options);
  return { exitCode: result.exitCode, ...answer.parse(JSON.parse(result.stdout)) };
}

async function createBatch(name: string, rows: readonly string[], ...options: string[]) {
  const csv = path.join(stack.directory, `${name}.csv`);
  await writeFile(csv, ['EmailAddress,UserName,Password', ...rows, ''].join('\n'));
  await tenant.sterna('batch', 'create', name, '--source-endpoint', 'imap', '--csv', csv, ...options);
}

const rowOf = (
  { emailAddress, name }: { emailAddress: string; name: string },
  password = 'source-password',
) => `${emailAddress},${name},${password}`;

it('a check finds what would fail, counts what would be migrated, and migrates nothing', async () => {
  const folders = [
    { path: ['INBOX'], messages: 4 },
    { path: ['Spam'], messages: 2 },
  ];
  const [good, bad] = await Promise.all([1, 2].map((seed) => stack.createMailbox(folders, seed)));
  if (good === undefined || bad === undefined) throw new Error('no mailboxes');
  const [unlicensed, outside] = [`unlicensed-${tenant.id}@a.example`, `outside-${tenant.id}@a.example`];
  await stack.emulator('POST', '/mailboxes', { address: unlicensed, hasMailbox: false });
  await stack.emulator('POST', '/mailboxes', { address: outside, access: 'denied' });
  const others = ['missing@elsewhere.example', unlicensed, outside].map((emailAddress) =>
    rowOf({ emailAddress, name: good.name }),
  );
  await createBatch('b1', [rowOf(good), rowOf(bad, 'wrong'), ...others], '--exclude-folders', 'Spam');
  const file = path.join(stack.directory, 'checked.csv');
  const result = await tenant.try('batch', 'check', 'b1', '--pause', '0s', '--file', file);
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toContain('5 mailboxes were checked: 1 go, 0 go with notes, 4 no go, 0 not tried.');
  expect(result.stdout).toContain('sourceLoginRefused, 1 mailbox. Correct UserName and Password');
  expect(result.stderr).toContain('mailboxes, go');
  const lines = (await readFile(file, 'utf8')).trim().split('\r\n');
  const lineOf = (address: string) => lines.find((text) => text.startsWith(address));
  expect(lineOf(good.emailAddress)).toMatch(/,plain,go,1,1,4,\d+,messages,\d+,0,2,0,0,0,0,0,/);
  expect(lineOf(bad.emailAddress)).toContain('sourceLoginRefused');
  expect(lineOf('missing@')).toContain('targetMailboxMissing');
  expect(lineOf(unlicensed)).toContain('targetMailboxNotEnabled');
  expect(lineOf(outside)).toContain('targetForbidden');
  expect((await tenant.batch('b1')).tally).toMatchObject({ found: 0 });
});

it('a check says what would be left out, and which names will change', async () => {
  const mailbox = await stack.createMailbox([
    { path: ['INBOX'], messages: 10, flags: { Deleted: 0.5 } },
    { path: ['Projects'], messages: 3 },
    { path: ['PROJECTS'], messages: 1, largeMessageBytes: 3_000_000 },
    { path: ['Trailing '], messages: 1 },
  ]);
  await createBatch('b2', [rowOf(mailbox)], '--large-item-limit-bytes', '2000000');
  const { exitCode, check: batch, mailboxes } = await check('b2');
  expect(exitCode).toBe(0);
  expect(batch).toMatchObject({ state: 'done', totalCount: 1, verdicts: { goWithNotes: 1 } });
  const [found] = mailboxes;
  expect(found?.source.leftOut).toMatchObject({ tooLarge: 1 });
  expect(found?.source.leftOut['markedDeleted']).toBeGreaterThan(0);
  expect(found?.source.sizesFrom).toBe('messages');
  expect(found?.notes.map(({ code }) => code)).toEqual(['messagesLeftOut', 'folderNamesChange']);
  expect(found?.renamed.map(({ to }) => to.toLowerCase())).toEqual(['projects', 'trailing']);

  await tenant.sterna('batch', 'start', 'b2');
  await tenant.sterna('batch', 'watch', 'b2');
  const { tally } = await tenant.batch('b2');
  const leftOut = Object.values(found?.source.leftOut ?? {}).reduce((sum, one) => sum + one, 0);
  expect(tally).toMatchObject({ found: 16, migrated: found?.source.messages });
  expect((tally['filtered'] ?? 0) + (tally['skipped'] ?? 0)).toBe(leftOut);
});

it('an administrator whose login is refused is not tried for the other mailboxes', async () => {
  const mailboxes = await Promise.all(
    [1, 2, 3].map((seed) => stack.createMailbox([{ path: ['INBOX'], messages: seed }], seed)),
  );
  const rows = (password: string) =>
    mailboxes.map(({ emailAddress, name }) => rowOf({ emailAddress, name: `${name}*master` }, password));
  await createBatch('b3', rows('wrong'));
  const refused = await check('b3');
  expect(refused.exitCode).toBe(1);
  expect(refused.check.verdicts).toMatchObject({ noGo: 1, notTried: 2 });
  const [note] = refused.mailboxes.find(({ verdict }) => verdict === 'notTried')?.notes ?? [];
  expect(note?.code).toBe('loginNotTried');
  expect(note?.message).toContain('the login "master" was refused');

  const csv = path.join(stack.directory, 'right.csv');
  await writeFile(csv, ['EmailAddress,UserName,Password', ...rows('master-secret'), ''].join('\n'));
  await tenant.sterna('batch', 'set', 'b3', '--add-users', '--csv', csv);
  const again = await check('b3', '--only-failed');
  expect(again).toMatchObject({ exitCode: 0, check: { verdicts: { go: 3 } } });
  expect(again.mailboxes.reduce((sum, { source }) => sum + source.messages, 0)).toBe(6);
});

it('a check goes on without its client, and its result stays with the batch', async () => {
  const mailbox = await stack.createMailbox([{ path: ['INBOX'], messages: 3 }]);
  await createBatch('b4', [rowOf(mailbox)]);
  expect(await tenant.sterna('batch', 'check', 'b4', '--no-wait')).toContain('goes on at the server');
  const followed = await tenant.try('batch', 'check', 'b4', '--last', '--output', 'json');
  expect(followed.exitCode).toBe(0);
  expect(answer.parse(JSON.parse(followed.stdout)).check).toMatchObject({
    state: 'done',
    verdicts: { go: 1 },
  });
  await tenant.sterna('batch', 'remove', 'b4', '--wait');
  expect((await tenant.try('batch', 'check', 'b4', '--last')).exitCode).toBe(1);
});
