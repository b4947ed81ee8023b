import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  courierFromEnvironment,
  courierMaildir,
  courierPassword,
  fillMailbox,
  readTargetMailbox,
  shareFolders,
  testMailDomain,
} from '@sterna/local-stack';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

const courier = courierFromEnvironment();
let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

const folders = [
  { path: ['INBOX'], messages: 5 },
  { path: ['Sent'], messages: 3 },
  { path: ['Projects', '2015'], messages: 4 },
];

it.each([
  ['as the person', 'terry.adams', 'terry.adams', ''],
  ['as the administrator, with UserRoot', 'paul.cannon', 'mailadmin', '/users/paul.cannon'],
])('a mailbox of a real Courier is migrated %s', async (_, name, userName, userRoot) => {
  const { messages } = await fillMailbox({ maildir: courierMaildir(courier, name), seed: 1, folders });
  await shareFolders(courier, name);
  const tenant = await stack.createTenant();
  const server = ['-RemoteServer', courier.host, '-Port', String(courier.port), '-Security', 'None'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'courier', ...server);
  const address = `${name}@${testMailDomain}`;
  const quoted = `"${courierPassword.replaceAll('"', '""')}"`;
  const csv = path.join(stack.directory, `${name}.csv`);
  await writeFile(
    csv,
    `EmailAddress,UserName,Password,UserRoot\n${address},${userName},${quoted},${userRoot}\n`,
  );
  const batch = ['-Name', name, '-SourceEndpoint', 'courier', '-CSVData', csv, '-AutoStart'];
  await tenant.sterna('New-MigrationBatch', ...batch);
  await tenant.sterna('batch', 'watch', name);
  // a folder that Courier opens for the first time may have another UIDVALIDITY a second later; then it is read again
  await expect
    .poll(async () => (await tenant.batch(name)).tally, { timeout: 60_000 })
    .toMatchObject({ migrated: messages, toDo: 0, failed: 0 });
  const counts = new Map<string, number>();
  for (const { folderPath } of await readTargetMailbox(stack.exchange.url, address)) {
    const folder = folderPath.join('/');
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect(Object.fromEntries(counts)).toEqual({ Inbox: 5, 'Sent Items': 3, 'Projects/2015': 4 });
});
