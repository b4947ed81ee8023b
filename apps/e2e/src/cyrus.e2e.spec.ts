import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  administerCyrus,
  type CyrusAddress,
  cyrusFromEnvironment,
  cyrusPassword,
  cyrusProxy,
  fillByImap,
  readTargetMailbox,
  runImapCommands,
  testMailDomain,
} from '@sterna/local-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestStack } from './test-stack.js';

const cyrus = cyrusFromEnvironment();
let stack: TestStack;
beforeAll(async () => {
  stack = await TestStack.start();
});
afterAll(() => stack.stop());

/** How a folder of the test is called in each way to name folders. */
const names = {
  netnews: {
    ...{ projects: 'INBOX.Projects', parent: 'INBOX.Only.Below' },
    ...{ other: 'user.paul', shared: 'Notices', byProxy: 'bo' },
  },
  unix: {
    ...{ projects: 'Projects', parent: 'Only/Below' },
    ...{ other: 'user/paul', shared: 'Notices', byProxy: 'terry.adams' },
  },
};

const account = (server: CyrusAddress, userName: string) => ({
  ...{ host: server.host, port: server.port },
  ...{ userName, password: cyrusPassword },
});

describe.each(['netnews', 'unix'] as const)('a mailbox of a real Cyrus with %s names', (hierarchy) => {
  const server = cyrus[hierarchy];
  const { projects, other, parent, shared, byProxy } = names[hierarchy];
  const folders = [
    { path: ['INBOX'], messages: 5 },
    { path: ['Projects', '2015'], messages: 4 },
    { path: ['Größe & Maß'], messages: 2 },
  ];

  beforeAll(async () => {
    // other people's folders and those for everybody, which are not this mailbox
    await fillByImap(account(server, 'paul'), [{ path: ['INBOX'], messages: 2 }]);
    const grant = (folder: string): string[] => [`SETACL "${folder}" anyone lrs`];
    await administerCyrus(server, [...grant(other), `CREATE "${shared}"`, ...grant(shared)]);
  });

  async function fill(name: string): Promise<number> {
    const owner = account(server, name);
    const messages = await fillByImap(owner, folders);
    const sent = projects.replace('Projects', 'Skickat');
    const message = 'Subject: hello\r\n\r\nhi';
    await runImapCommands(owner, [
      `CREATE "${parent}"`,
      `APPEND "${sent}" {${message.length}+}\r\n${message}`,
    ]);
    return messages + 1;
  }

  async function countsOf(address: string): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const { folderPath } of await readTargetMailbox(stack.exchange.url, address)) {
      const folder = folderPath.join('/');
      counts[folder] = (counts[folder] ?? 0) + 1;
    }
    return counts;
  }

  it('is migrated by the person, and by the administrator of proxyservers', async () => {
    const messages = (await fill('ann')) + (await fill(byProxy));
    const tenant = await stack.createTenant();
    const endpoint = ['-RemoteServer', server.host, '-Port', String(server.port), '-Security', 'None'];
    const line = ['-IMAP', '-Name', 'cyrus', ...endpoint, '-AuthorizationIdentity'];
    await tenant.sterna('New-MigrationEndpoint', ...line);
    const addresses = ['ann', 'proxy'].map((name) => `${hierarchy}-${name}@${testMailDomain}`);
    const csv = path.join(stack.directory, `${hierarchy}.csv`);
    const password = `"${cyrusPassword.replaceAll('"', '""')}"`;
    const rows = ['ann', `${byProxy}*${cyrusProxy}`].map(
      (login, index) => `${addresses[index] ?? ''},${login},${password}\n`,
    );
    await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`);
    const batch = ['-Name', 'b', '-SourceEndpoint', 'cyrus', '-CSVData', csv, '-AutoStart'];
    await tenant.sterna('New-MigrationBatch', ...batch);
    await tenant.try('batch', 'watch', 'b');
    expect((await tenant.users('b')).map(({ error }) => error)).toEqual([null, null]);
    expect((await tenant.batch('b')).tally).toMatchObject({ found: messages, migrated: messages });
    const expected = { Inbox: 5, 'Projects/2015': 4, 'Größe & Maß': 2, 'Sent Items': 1 };
    for (const address of addresses) expect(await countsOf(address)).toEqual(expected);
  });
});

it('a mailbox that a Cyrus does not list for the dot in its name fails, and says so', async () => {
  const { host, port } = cyrus.netnews;
  const tenant = await stack.createTenant();
  const endpoint = ['-RemoteServer', host, '-Port', String(port), '-Security', 'None'];
  await tenant.sterna('New-MigrationEndpoint', '-IMAP', '-Name', 'cyrus', ...endpoint);
  const mailbox = { name: 'terry.adams', emailAddress: `dotted@${testMailDomain}` };
  await tenant.startBatch('b', [mailbox], {
    endpoint: 'cyrus',
    passwords: { 'terry.adams': `"${cyrusPassword.replaceAll('"', '""')}"` },
  });
  await tenant.try('batch', 'watch', 'b');
  const [user] = await tenant.users('b');
  expect(user).toMatchObject({ status: 'Failed', error: { code: 'sourceProtocol' } });
  expect(user?.error?.message).toContain('lists no folder of this account');
});
