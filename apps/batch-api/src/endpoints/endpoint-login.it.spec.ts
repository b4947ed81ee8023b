import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLogger } from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { StateStore } from '@sterna/state';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApiServer } from '../api-server.js';

const operatorKey = 'operator-key-of-the-tests';
const tenantId = `t-${randomUUID()}`;
let store: StateStore;
let app: NestExpressApplication;
let url: string;

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${url}/v1/tenants${path}`, {
    method,
    headers: { Authorization: `Bearer ${operatorKey}`, 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const json = z.record(z.string(), z.unknown()).parse(text === '' ? {} : JSON.parse(text));
  return { status: response.status, text, json };
}
const as = (method: string, path: string, body?: unknown) => call(method, `/${tenantId}${path}`, body);

/** Makes an endpoint of another name each time. */
async function create(changes: object) {
  const name = `e-${randomUUID()}`;
  const endpoint = { name, remoteServer: 'imap.contoso.edu', skipVerification: true, ...changes };
  return { name, ...(await as('POST', '/endpoints', endpoint)) };
}

async function secretIdOf(name: string): Promise<string> {
  return (await store.endpoints.findByName(tenantId, name))?.oauth?.secretId ?? '';
}

beforeAll(async () => {
  const keyring = { current: 'k1', keys: { k1: randomBytes(32).toString('base64') } };
  store = await StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? 'mongodb://127.0.0.1:27017',
    dbName: `batch-api-${randomUUID()}`,
    keyring: createKeyring(JSON.stringify(keyring)),
  });
  const logger = createLogger({ service: 'test', level: 'fatal' });
  app = await createApiServer({ store, passwords: null, operatorKey, logger, nestLogger: false });
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  await call('POST', '', { tenantId, name: 'Contoso' });
});
afterAll(async () => {
  await app.close();
  await store.close();
});

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyFile = {
  type: 'service_account',
  client_email: 'sterna@project.iam.gserviceaccount.com',
  private_key_id: 'k1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  token_uri: 'https://oauth2.googleapis.com/token',
};
const google = { provider: 'google', serviceAccountKey: JSON.stringify(keyFile) };
const microsoft = { provider: 'microsoft', entraTenantId: 'd', clientId: 'c', clientSecret: 's3cret' };
const refreshToken = { provider: 'refreshToken', tokenUrl: 'https://auth.contoso.edu/token', clientId: 'c' };

describe('an endpoint that logs in by OAuth', () => {
  it.each([
    ['google', google, { scope: 'https://mail.google.com/', clientEmail: keyFile.client_email }],
    [
      'microsoft',
      microsoft,
      {
        scope: 'https://outlook.office365.com/.default',
        authorityUrl: 'https://login.microsoftonline.com',
      },
    ],
    ['refreshToken', { ...refreshToken, clientSecret: 's3cret' }, { scope: '' }],
  ])('by %s shows all but its secret, which goes with it', async (provider, oauth, shown) => {
    const { name, status, json, text } = await create({ oauth });
    expect(status).toBe(201);
    expect(json['oauth']).toMatchObject({ provider, mechanism: 'auto', ...shown });
    expect(text).not.toMatch(/s3cret|PRIVATE KEY|secretId/);
    const secretId = await secretIdOf(name);
    expect(JSON.stringify(await store.secrets.open(tenantId, secretId))).toMatch(/s3cret|PRIVATE KEY/);
    await as('DELETE', `/endpoints/${name}`);
    await expect(store.secrets.open(tenantId, secretId)).rejects.toMatchObject({ code: 'secretUnreadable' });
  });

  it('keeps its secret when the mechanism changes, and else takes another one or none', async () => {
    const { name } = await create({ oauth: microsoft });
    const first = await secretIdOf(name);
    const { clientSecret: _, ...place } = microsoft;
    const change = (oauth: object | null) =>
      as('PATCH', `/endpoints/${name}`, { oauth, skipVerification: true });
    expect((await change({ ...place, mechanism: 'XOAUTH2' })).status).toBe(200);
    expect(await secretIdOf(name)).toBe(first);
    for (const other of [{ clientId: 'x' }, { authorityUrl: 'https://elsewhere.example' }]) {
      expect(await change({ ...place, ...other })).toMatchObject({ status: 400 });
    }
    expect((await change({ ...microsoft, clientSecret: 'renewed' })).status).toBe(200);
    const second = await secretIdOf(name);
    expect(await store.secrets.open(tenantId, second)).toEqual({ clientSecret: 'renewed' });
    await expect(store.secrets.open(tenantId, first)).rejects.toThrow();
    expect((await change(null)).json['oauth']).toBeNull();
    await expect(store.secrets.open(tenantId, second)).rejects.toThrow();
  });

  it.each([
    ['a text that is no key', { oauth: { ...google, serviceAccountKey: '{}' } }, 'oauth.serviceAccountKey'],
    ['no secret', { oauth: refreshToken }, 'oauth.clientSecret'],
    [
      'an address in plain text',
      { oauth: { ...refreshToken, tokenUrl: 'http://auth.contoso.edu/', clientSecret: '' } },
      'oauth.tokenUrl',
    ],
    ['a connection in plain text', { oauth: google, security: 'None' }, 'security'],
    ['passwords from a store that is not there', { passwordSource: 'external' }, 'passwordSource'],
  ])('is refused with %s', async (_, changes, where) => {
    expect(await create(changes)).toMatchObject({ status: 400, json: { where } });
  });

  it('takes rows without a password where none is needed, and only there', async () => {
    const csv = 'EmailAddress,UserName,Password\nterry@contoso.edu,terry,\n';
    const countOf = async (oauth: object | null) => {
      const { name: sourceEndpoint } = await create({ oauth });
      const { json } = await as('POST', '/batches', { name: `b-${randomUUID()}`, sourceEndpoint, csv });
      await as('DELETE', `/batches/${String(json['name'])}`);
      return json['totalCount'];
    };
    expect(await countOf(null)).toBe(0);
    expect(await countOf({ ...refreshToken, clientSecret: '' })).toBe(0);
    expect(await countOf(google)).toBe(1);
  });
});
