import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { objectsAt } from './json.js';
import { TestClient, user } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start({ latencyMs: 20 });
});
afterAll(() => client.close());
afterEach(async () => {
  await client.admin('POST', '/reset');
  await client.signIn();
});

describe('signing in', () => {
  it.each([
    ['a bad secret', { client_secret: 'wrong' }, 401, 'AADSTS7000215'],
    ['an unknown application', { client_id: 'nobody' }, 400, 'AADSTS700016'],
    ['a scope without .default', { scope: 'Mail.Read' }, 400, 'AADSTS1002012'],
    ['another grant', { grant_type: 'password' }, 400, 'AADSTS70003'],
  ])('refuses %s', async (_, changes, status, code) => {
    const answer = await client.signIn(changes);
    expect(answer.status).toBe(status);
    expect(answer.json.error_description).toContain(code);
  });

  it('answers 401 InvalidAuthenticationToken for a missing, a foreign and an expired token', async () => {
    for (const authorization of ['', 'Bearer x.y.z']) {
      const answer = await client.mail('GET', '/mailFolders', undefined, { authorization });
      expect([answer.status, answer.code]).toEqual([401, 'InvalidAuthenticationToken']);
    }
    await client.admin('DELETE', '/tokens');
    expect((await client.mail('GET', '/mailFolders')).status).toBe(401);
  });

  it('gives tokens for Exchange Online that have its permissions only, and that Graph refuses', async () => {
    const app = { clientId: 'imap-app', clientSecret: 's', exchangeRoles: ['IMAP.AccessAsApp'] };
    await client.admin('POST', '/applications', { tenant: client.emulator.tenant, ...app });
    const scope = 'https://outlook.office365.com/.default';
    const answer = await client.signIn({ client_id: 'imap-app', client_secret: 's', scope });
    const token = String(answer.json['access_token']);
    expect((await client.admin('POST', '/tokens', { token })).json).toMatchObject({
      active: true,
      aud: 'https://outlook.office365.com',
      roles: ['IMAP.AccessAsApp'],
    });
    expect((await client.mail('GET', '/mailFolders')).code).toBe('InvalidAuthenticationToken');
    await client.admin('DELETE', '/tokens');
    expect((await client.admin('POST', '/tokens', { token })).json).toEqual({ active: false });
  });

  it('publishes the metadata of the tenant', async () => {
    const { url, tenant } = client.emulator;
    const response = await fetch(`${url}/${tenant}/v2.0/.well-known/openid-configuration`);
    expect(await response.json()).toMatchObject({ token_endpoint: `${url}/${tenant}/oauth2/v2.0/token` });
  });
});

describe('limits', () => {
  it('answers the fifth request at once with 429, Retry-After and ApplicationThrottled', async () => {
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => client.mail('GET', '/mailFolders')));
    const refused = answers.filter((answer) => answer.status === 429);
    expect(refused).toHaveLength(1);
    expect(refused[0]?.code).toBe('ApplicationThrottled');
    expect(refused[0]?.headers.get('retry-after')).toBe('1');
    const counters = await client.admin('GET', '/counters');
    expect(counters.json.mailboxes).toEqual({ [user]: { requests: { GET: 5 }, throttled: 1 } });
  });

  it('answers 507 ErrorQuotaExceeded once the mailbox is full', async () => {
    await client.admin('POST', '/mailboxes', { address: 'full@contoso.example', quotaBytes: 3000 });
    const body = { body: { contentType: 'text', content: 'x'.repeat(2000) } };
    expect((await client.graph('POST', '/users/full@contoso.example/messages', body)).status).toBe(201);
    const second = await client.graph('POST', '/users/full@contoso.example/messages', body);
    expect([second.status, second.code]).toEqual([507, 'ErrorQuotaExceeded']);
  });
});

describe('$batch', () => {
  const item = (id: string, subject: unknown, dependsOn?: string[]): object => ({
    id,
    method: 'POST',
    url: `/users/${user}/messages`,
    headers: { 'Content-Type': 'application/json' },
    body: { subject },
    ...(dependsOn === undefined ? {} : { dependsOn }),
  });
  const send = (requests: object[]): ReturnType<TestClient['graph']> =>
    client.graph('POST', '/$batch', { requests });

  it('answers each item with its own status, and 424 after a failed dependency', async () => {
    const { status, json } = await send([
      item('1', 'a'),
      item('2', 5),
      item('3', 'c', ['2']),
      item('4', 'd', ['1']),
    ]);
    expect(status).toBe(200);
    const statuses = objectsAt(json, 'responses').map((response) => [response.id, response.status]);
    expect(statuses).toEqual([['1', 201], ['2', 400], ['3', 424], ['4', 201]]); // prettier-ignore
  });

  it('works on twenty items of one mailbox without a 429, and gives inner 429s with Retry-After', async () => {
    const twenty = Array.from({ length: 20 }, (_, index) => item(String(index), 'x'));
    const { json } = await send(twenty);
    expect(objectsAt(json, 'responses').every((response) => response.status === 201)).toBe(true);
    await client.admin('POST', '/faults', {
      path: '/messages$',
      status: 429,
      code: 'ApplicationThrottled',
      retryAfterSeconds: 7,
    });
    const struck = await send([item('1', 'x'), item('2', 'x')]);
    expect(objectsAt(struck.json, 'responses')).toMatchObject([
      { status: 429, headers: { 'Retry-After': '7' } },
      { status: 201 },
    ]);
  });

  it('refuses 21 items, equal ids, absolute urls and bodies without a type', async () => {
    const many = Array.from({ length: 21 }, (_, index) => item(String(index), 'x'));
    const absolute = { id: '1', method: 'GET', url: 'https://graph.microsoft.com/v1.0/users' };
    const untyped = { id: '1', method: 'POST', url: '/users/x/messages', body: {} };
    for (const requests of [many, [item('1', 'x'), item('1', 'y')], [absolute], [untyped], []]) {
      expect((await send(requests)).status).toBe(400);
    }
  });
});

describe('faults', () => {
  it('answers the next matching requests in place of the service', async () => {
    await client.admin('POST', '/faults', {
      method: 'GET',
      path: '/mailFolders',
      skip: 1,
      times: 2,
      status: 503,
      retryAfterSeconds: 3,
    });
    const statuses: number[] = [];
    for (let n = 0; n < 4; n += 1) statuses.push((await client.mail('GET', '/mailFolders')).status);
    expect(statuses).toEqual([200, 503, 503, 200]);
  });

  it('drops the connection after the write was done', async () => {
    await client.admin('POST', '/faults', { method: 'POST', path: '/messages', drop: 'after' });
    await expect(client.mail('POST', '/messages', { subject: 'once' })).rejects.toThrow();
    expect(await client.arrived()).toMatchObject([{ subject: 'once' }]);
  });

  it('drops the connection before anything was done', async () => {
    await client.admin('POST', '/faults', { method: 'POST', path: '/messages', drop: 'before' });
    await expect(client.mail('POST', '/messages', { subject: 'never' })).rejects.toThrow();
    expect(await client.arrived()).toEqual([]);
  });

  it('delays, and refuses a fault that it does not understand', async () => {
    await client.admin('POST', '/faults', { delayMs: 150 });
    const started = performance.now();
    await client.mail('GET', '/mailFolders');
    expect(performance.now() - started).toBeGreaterThan(140);
    expect((await client.admin('POST', '/faults', { stauts: 500 })).status).toBe(400);
  });
});

it('has no /me for an application, and no segments that Graph does not have', async () => {
  expect((await client.graph('GET', '/me/messages')).status).toBe(400);
  expect((await client.mail('GET', '/mailfolder')).status).toBe(400);
});
