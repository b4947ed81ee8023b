import { randomBytes, randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLogger } from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { StateStore } from '@sterna/state';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApiServer } from '../api-server.js';

const operatorKey = 'operator-key-of-the-tests';
let store: StateStore;
/** The first takes requests only, the second works on checks as well. */
let apps: NestExpressApplication[] = [];

beforeAll(async () => {
  const keyring = { current: 'k', keys: { k: randomBytes(32).toString('base64') } };
  store = await StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? '',
    keyring: createKeyring(JSON.stringify(keyring)),
    dbName: `check-api-${randomUUID().slice(0, 8)}`,
  });
  const logger = createLogger({ service: 'test', level: 'fatal' });
  const parts = { store, operatorKey, logger, nestLogger: false, passwords: null } as const;
  apps = await Promise.all([0, 4].map((checkSlots) => createApiServer({ ...parts, checkSlots })));
  await apps[0]?.listen(0, '127.0.0.1');
});
afterAll(async () => {
  for (const app of apps) await app.close();
  await store.close();
});

async function call(method: string, path: string, options: { key: string; body?: unknown; accept?: string }) {
  const url = await apps[0]?.getUrl();
  const response = await fetch(`${url ?? ''}${path}`, {
    method,
    headers: {
      Authorization: `Bearer ${options.key}`,
      'Content-Type': 'application/json',
      Accept: options.accept ?? 'application/json',
    },
    ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  const body: unknown = isJson ? JSON.parse(text) : null;
  return { status: response.status, text, body };
}

it('a check is begun once, done by another replica, shown by page and as CSV, and begun anew', async () => {
  const tenantId = `t-${randomUUID()}`;
  const base = `/v1/tenants/${tenantId}`;
  await call('POST', '/v1/tenants', { key: operatorKey, body: { tenantId, name: 'T' } });
  const { key } = await store.apiKeys.create(tenantId, 'test');
  // nothing listens there, so the sources are at fault within milliseconds
  const endpoint = {
    name: 'imap',
    remoteServer: '127.0.0.1',
    port: 9,
    security: 'None',
    skipVerification: true,
  };
  await call('POST', `${base}/endpoints`, { key, body: endpoint });
  const csv = 'EmailAddress,UserName,Password\nann@a.example,ann,p\nbob@a.example,bob,p\n';
  await call('POST', `${base}/batches`, { key, body: { name: 'B', sourceEndpoint: 'imap', csv } });

  const check = `${base}/batches/B/check`;
  expect(await call('GET', check, { key })).toMatchObject({ status: 404, body: { code: 'notFound' } });
  expect(await call('POST', check, { key, body: { pauseMs: -1 } })).toMatchObject({ status: 400 });
  const begun = await call('POST', check, { key, body: { pauseMs: 0 } });
  expect(begun).toMatchObject({
    status: 202,
    body: { state: 'preparing', totalCount: 2, mailboxSeconds: 120 },
  });
  expect(await call('POST', check, { key, body: {} })).toMatchObject({
    status: 409,
    body: { code: 'inUse' },
  });

  await apps[1]?.init();
  const batchId = (await store.batches.findByName(tenantId, 'B'))?.batchId ?? '';
  const state = async () => (await store.checks.find(tenantId, batchId))?.state;
  await expect.poll(state, { timeout: 20_000 }).toBe('running');
  expect(await call('POST', `${check}/stop`, { key })).toMatchObject({
    status: 200,
    body: { state: 'stopped' },
  });
  const page = await call('GET', `${check}/mailboxes?limit=1`, { key });
  expect(page).toMatchObject({ status: 200, body: { items: [] } });
  const sheet = await call('GET', `${check}/mailboxes`, { key, accept: 'text/csv' });
  expect(sheet.text).toMatch(/^EmailAddress,UserName,.*,Notes\r\n$/);
  expect(await call('GET', `${check}/mailboxes`, { key, accept: 'image/png' })).toMatchObject({
    status: 406,
  });
  expect(await call('POST', check, { key, body: {} })).toMatchObject({ status: 202 });
});
