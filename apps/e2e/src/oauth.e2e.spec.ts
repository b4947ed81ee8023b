import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type ExchangeEmulator, startExchangeEmulator } from '@sterna/exchange-emulator';
import {
  compareMailbox,
  type FolderSpec,
  fillMailbox,
  readSourceMailbox,
  readTargetMailbox,
  type RunningDovecot,
  startDovecot,
  startTcpProxy,
  startTokenServer,
  type TcpProxy,
  testMailDomain,
  type TokenServer,
} from '@sterna/local-stack';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestStack, type TestTenant } from './test-stack.js';

/** Of the users of the source, with which the test itself looks into their mailboxes. */
const password = 'source-password';
const application = {
  tenant: '11111111-2222-4333-8444-555555555555',
  clientId: 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  clientSecret: 'application-secret',
  roles: [],
  exchangeRoles: ['IMAP.AccessAsApp'],
};
const powerless = {
  ...application,
  clientId: 'ffffffff-bbbb-4ccc-8ddd-eeeeeeeeeeee',
  exchangeRoles: [],
};

let stack: TestStack;
let tokens: TokenServer;
let entra: ExchangeEmulator;
let dovecot: RunningDovecot;
let exchangeLike: RunningDovecot;
/** Breaks each connection after 200 KB from the server. */
let cutting: TcpProxy;

/** Whether Exchange Online would let an application in with a token: it asks Entra. */
async function isGoodForImap(token: string): Promise<{ active: boolean }> {
  const answer = await fetch(`${entra.url}/_emulator/tokens`, {
    method: 'POST',
    body: JSON.stringify({ token }),
  });
  const said: unknown = await answer.json();
  const text = JSON.stringify(said);
  return {
    active:
      text.includes('"active":true') && text.includes('outlook.office365') && text.includes('AccessAsApp'),
  };
}

beforeAll(async () => {
  stack = await TestStack.start();
  tokens = await startTokenServer(isGoodForImap);
  entra = await startExchangeEmulator({
    stateDirectory: path.join(stack.directory, 'entra'),
    applications: [application, powerless],
    tokenLifetimeSeconds: 3,
  });
  const introspectionUrl = `${tokens.url}/introspect`;
  dovecot = await startDovecot({
    stateDir: path.join(stack.directory, 'oauth'),
    oauth: { introspectionUrl },
  });
  exchangeLike = await startDovecot({
    stateDir: path.join(stack.directory, 'app'),
    oauth: { introspectionUrl: `${introspectionUrl}-application`, opensEveryMailbox: true },
  });
  cutting = await startTcpProxy({ host: '127.0.0.1', port: dovecot.tlsPort }, { cutAfterBytes: 200_000 });
});
afterAll(async () => {
  await cutting.stop();
  await stack.stop();
  await Promise.all([dovecot.stop(), exchangeLike.stop(), entra.close(), tokens.stop()]);
});
beforeEach(() => {
  tokens.lifetimeSeconds = 3600;
  tokens.issued.length = 0;
});

/** A mailbox on one of the servers; its name is its address, as at Google and Microsoft. */
async function createMailbox(server: RunningDovecot, folders: readonly FolderSpec[]) {
  const address = `u${randomBytes(6).toString('hex')}@${testMailDomain}`;
  await server.setUser({ name: address, password });
  const inventory = await fillMailbox({ maildir: server.maildirOf(address), seed: 1, folders });
  tokens.users.add(address);
  return { address, server, messages: inventory.messages };
}
type Mailbox = Awaited<ReturnType<typeof createMailbox>>;

async function differences({ address, server }: Mailbox): Promise<unknown[]> {
  const { host, port } = server;
  const source = readSourceMailbox({ host, port, userName: address, password });
  const target = await readTargetMailbox(stack.exchange.url, address);
  return (await compareMailbox(address, source, target)).differences;
}

/** The SASL mechanisms by which a user was let in. */
async function loginMethods({ logPath }: RunningDovecot, user: string): Promise<Set<string>> {
  const lines = (await readFile(logPath, 'utf8'))
    .split('\n')
    .filter((line) => line.includes(`user=<${user}>`));
  return new Set(
    lines.flatMap((line) => /method=(\S+?),/.exec(line)?.[1] ?? []).filter((name) => name !== 'PLAIN'),
  );
}

async function writeFileOf(name: string, content: string): Promise<string> {
  const file = path.join(stack.directory, `${randomBytes(4).toString('hex')}-${name}`);
  await writeFile(file, content);
  return file;
}

interface Way {
  port: number;
  server: RunningDovecot;
  options: string[];
}

async function createEndpoint(tenant: TestTenant, { port, server, options }: Way): Promise<void> {
  const connection = ['-RemoteServer', 'localhost', '-Port', String(port), '-CaCertificate', server.caPath];
  await tenant.sterna('New-MigrationEndpoint', '-Name', 'oauth', ...connection, ...options);
}

async function google(mechanism = 'auto'): Promise<string[]> {
  const key = await writeFileOf('key.json', tokens.serviceAccountKey);
  const how = ['-Authentication', 'OAuth', '-OAuthProvider', 'google', '-OAuthMechanism', mechanism];
  return [...how, '-ServiceAccountKey', key];
}

async function microsoft({ clientId, clientSecret } = application): Promise<string[]> {
  const secret = await writeFileOf('secret', `${clientSecret}\n`);
  const how = ['-Authentication', 'OAuth', '-OAuthProvider', 'microsoft', '-AuthorityUrl', entra.url];
  return [...how, '-EntraTenantId', application.tenant, '-ClientId', clientId, '-ClientSecretFile', secret];
}

async function startBatch(tenant: TestTenant, name: string, rows: readonly string[]): Promise<void> {
  const csv = await writeFileOf('rows.csv', `EmailAddress,UserName,Password\n${rows.join('\n')}\n`);
  await tenant.sterna('batch', 'create', name, '--source-endpoint', 'oauth', '--csv', csv, '--auto-start');
}

const rowOf = ({ address }: Mailbox, cell = ''): string => `${address},${address},${cell}`;

async function expectMigrated(tenant: TestTenant, name: string, mailbox: Mailbox): Promise<void> {
  await tenant.sterna('batch', 'watch', name);
  const { messages } = mailbox;
  expect((await tenant.batch(name)).tally).toMatchObject({ found: messages, migrated: messages, toDo: 0 });
  expect(await differences(mailbox)).toEqual([]);
}

describe('a service account of Google', () => {
  it.each(['XOAUTH2', 'OAUTHBEARER'])(
    'migrates by %s over connections that break, with tokens that live for three seconds',
    async (mechanism) => {
      const tenant = await stack.createTenant();
      const mailbox = await createMailbox(dovecot, [{ path: ['INBOX'], messages: 150 }]);
      tokens.lifetimeSeconds = 3;
      await createEndpoint(tenant, {
        port: cutting.port,
        server: dovecot,
        options: await google(mechanism),
      });
      await startBatch(tenant, 'cut', [rowOf(mailbox)]);
      await expectMigrated(tenant, 'cut', mailbox);
      expect(tokens.issued.length).toBeGreaterThanOrEqual(3);
      expect(new Set(tokens.issued)).toEqual(new Set([mailbox.address]));
      expect(await loginMethods(dovecot, mailbox.address)).toEqual(new Set([mechanism]));
    },
  );

  it('uses a token again, and asks for another one when the server refuses it', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await createMailbox(dovecot, [{ path: ['INBOX'], messages: 3 }]);
    await createEndpoint(tenant, { port: dovecot.tlsPort, server: dovecot, options: await google() });
    await startBatch(tenant, 'again', [rowOf(mailbox)]);
    await expectMigrated(tenant, 'again', mailbox);
    await syncAgain(tenant, 'again');
    expect(tokens.issued).toHaveLength(1);
    tokens.withdrawAll();
    await syncAgain(tenant, 'again');
    expect(tokens.issued).toHaveLength(2);
  });

  it('without the delegation fails at once, and says where it is given', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await createMailbox(dovecot, [{ path: ['INBOX'], messages: 1 }]);
    const options = [...(await google()), '-OAuthScope', 'https://www.googleapis.com/auth/gmail.readonly'];
    await createEndpoint(tenant, { port: dovecot.tlsPort, server: dovecot, options });
    await startBatch(tenant, 'refused', [rowOf(mailbox)]);
    await tenant.try('batch', 'watch', 'refused');
    const [user] = await tenant.users('refused');
    expect(user).toMatchObject({ status: 'Failed', error: { code: 'sourceTokenRefused' } });
    expect(user?.error?.message).toContain('Domain-wide delegation');
    expect(tokens.issued).toEqual([]);
  });

  it('waits for a token endpoint that is not well', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await createMailbox(dovecot, [{ path: ['INBOX'], messages: 2 }]);
    tokens.fail(1, { status: 503, body: {} });
    tokens.fail(1, { status: 429, body: {}, headers: { 'retry-after': '1' } });
    await createEndpoint(tenant, { port: dovecot.tlsPort, server: dovecot, options: await google() });
    await startBatch(tenant, 'patient', [rowOf(mailbox)]);
    await expectMigrated(tenant, 'patient', mailbox);
  });
});

describe('an application of Microsoft', () => {
  it('opens the mailboxes that rows without a password name', async () => {
    const tenant = await stack.createTenant();
    const mailboxes = await Promise.all(
      [4, 5].map((messages) => createMailbox(exchangeLike, [{ path: ['INBOX'], messages }])),
    );
    await createEndpoint(tenant, {
      port: exchangeLike.tlsPort,
      server: exchangeLike,
      options: await microsoft(),
    });
    const [first] = mailboxes;
    if (first === undefined) throw new Error('no mailboxes');
    const tested = await tenant.sterna('server', 'test', '--endpoint', 'oauth', '--user-name', first.address);
    expect(tested).toContain(`${first.address} is let in`);
    await startBatch(
      tenant,
      'app',
      mailboxes.map((mailbox) => rowOf(mailbox)),
    );
    await tenant.sterna('batch', 'watch', 'app');
    expect((await tenant.batch('app')).tally).toMatchObject({ found: 9, migrated: 9 });
    for (const mailbox of mailboxes) expect(await differences(mailbox)).toEqual([]);
  });

  it.each([
    ['with a wrong secret', { ...application, clientSecret: 'wrong' }, /AADSTS7000215/],
    ['without IMAP.AccessAsApp', powerless, /FullAccess/],
  ])('%s is found by a check, which says what to do', async (_, wrong, advice) => {
    const tenant = await stack.createTenant();
    const mailbox = await createMailbox(exchangeLike, [{ path: ['INBOX'], messages: 1 }]);
    await createEndpoint(tenant, {
      port: exchangeLike.tlsPort,
      server: exchangeLike,
      options: await microsoft(wrong),
    });
    const csv = await writeFileOf('rows.csv', `EmailAddress,UserName,Password\n${rowOf(mailbox)}\n`);
    await tenant.sterna('batch', 'create', 'check', '--source-endpoint', 'oauth', '--csv', csv);
    const checked = await tenant.try('batch', 'check', 'check', '--pause', '0', '--output', 'json');
    expect(checked.exitCode).toBe(1);
    expect(checked.stdout).toMatch(advice);
  });

  it('shows its settings without the secret, and keeps the secret for a change of the mechanism alone', async () => {
    const tenant = await stack.createTenant();
    const options = await microsoft();
    await createEndpoint(tenant, { port: exchangeLike.tlsPort, server: exchangeLike, options });
    const shown = await tenant.sterna('endpoint', 'get', 'oauth', '--output', 'json');
    expect(shown).toContain(application.clientId);
    expect(shown).not.toMatch(/application-secret|secretId/);
    const place = options.slice(0, options.indexOf('-ClientSecretFile'));
    await tenant.sterna('Set-MigrationEndpoint', 'oauth', ...place, '-OAuthMechanism', 'XOAUTH2');
    const mailbox = await createMailbox(exchangeLike, [{ path: ['INBOX'], messages: 1 }]);
    await tenant.sterna('server', 'test', '--endpoint', 'oauth', '--user-name', mailbox.address);
    const elsewhere = place.map((word) => (word === entra.url ? tokens.url : word));
    const refused = await tenant.try('Set-MigrationEndpoint', 'oauth', ...elsewhere);
    expect(refused.stderr).toContain('clientSecret is missing');
  });
});

describe('refresh tokens', () => {
  it('that are good for one use are replaced by their successors', async () => {
    const tenant = await stack.createTenant();
    const mailbox = await createMailbox(dovecot, [{ path: ['INBOX'], messages: 100 }]);
    tokens.lifetimeSeconds = 2;
    const secret = await writeFileOf('secret', tokens.client.secret);
    const how = ['-Authentication', 'OAuth', '-OAuthProvider', 'refreshToken'];
    const client = ['-ClientId', tokens.client.id, '-ClientSecretFile', secret];
    const options = [...how, '-TokenUrl', `${tokens.url}/oauth/token`, ...client];
    await createEndpoint(tenant, { port: cutting.port, server: dovecot, options });
    await startBatch(tenant, 'refresh', [rowOf(mailbox, tokens.consent(mailbox.address))]);
    await expectMigrated(tenant, 'refresh', mailbox);
    await syncAgain(tenant, 'refresh');
    expect(tokens.issued.length).toBeGreaterThanOrEqual(2);
  });
});

it('a row without a password is refused where its endpoint needs one', async () => {
  const tenant = await stack.createTenant();
  const csv = await writeFileOf('rows.csv', 'EmailAddress,UserName,Password\nterry@test.example,terry,\n');
  const batch = await tenant.json('batch', 'create', 'b', '--source-endpoint', 'imap', '--csv', csv);
  expect(JSON.stringify(batch)).toContain('passwordEmpty');
});

/** One more synchronisation, to its end. */
async function syncAgain(tenant: TestTenant, name: string): Promise<void> {
  const before = await lastSync(tenant, name);
  await tenant.sterna('batch', 'sync', name);
  await expect.poll(() => lastSync(tenant, name), { timeout: 60_000 }).not.toBe(before);
}

async function lastSync(tenant: TestTenant, name: string): Promise<string> {
  const text = await tenant.sterna('user', 'list', '--batch', name, '--output', 'json');
  return /"lastSuccessfulSyncAt":\s*"([^"]+)"/.exec(text)?.[1] ?? '';
}
