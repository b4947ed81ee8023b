import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createLogger } from '@sterna/platform';
import { batchReport, printReportJson, readBatchReport } from '@sterna/reports';
import { createKeyring } from '@sterna/secrets';
import { StateStore } from '@sterna/state';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiServer } from './api-server.js';

const operatorKey = 'operator-key-of-the-tests';
const csv =
  'EmailAddress,UserName,Password\nterry@contoso.edu,terry,p1\nnot-an-address,ann,p2\nann@contoso.edu,ann,p2\n';
let store: StateStore;
let app: NestExpressApplication;
let url: string;

type Answer = { status: number; type: string; body: Record<string, unknown>; text: string };

async function call(
  method: string,
  path: string,
  options: { key?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const isJson =
    options.body !== undefined && typeof options.body !== 'string' && !(options.body instanceof FormData);
  const body = isJson ? JSON.stringify(options.body) : options.body;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(options.key !== undefined && { Authorization: `Bearer ${options.key}` }),
      ...(isJson && { 'Content-Type': 'application/json' }),
      ...options.headers,
    },
    ...(typeof body === 'string' || body instanceof FormData ? { body } : {}),
  });
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  const parsed: unknown = type.includes('json') ? JSON.parse(text) : {};
  return { status: response.status, type, text, body: Object.fromEntries(Object.entries(parsed ?? {})) };
}

/** A tenant of its own, with a key and an endpoint whose connection is not tested. */
async function createTenant() {
  const tenantId = `t-${randomUUID()}`;
  await call('POST', '/v1/tenants', { key: operatorKey, body: { tenantId, name: 'Contoso' } });
  const created = await call('POST', `/v1/tenants/${tenantId}/api-keys`, {
    key: operatorKey,
    body: { name: 'test' },
  });
  const key = String(created.body['key']);
  const base = `/v1/tenants/${tenantId}`;
  const as = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    call(method, `${base}${path}`, { key, headers, ...(body !== undefined && { body }) });
  const endpoint = { name: 'IMAPEndpoint', remoteServer: 'imap.contoso.edu', skipVerification: true };
  await as('POST', '/endpoints', endpoint);
  return { tenantId, key, base, as };
}

async function startServer() {
  const keyring = { current: 'k1', keys: { k1: randomBytes(32).toString('base64') } };
  const started = await StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? 'mongodb://127.0.0.1:27017',
    dbName: `batch-api-${randomUUID()}`,
    keyring: createKeyring(JSON.stringify(keyring)),
  });
  const server = await createApiServer({
    store: started,
    passwords: null,
    operatorKey,
    logger: createLogger({ service: 'test', level: 'silent' }),
    nestLogger: false,
  });
  await server.listen(0, '127.0.0.1');
  return { store: started, app: server };
}

beforeAll(async () => {
  ({ store, app } = await startServer());
  url = await app.getUrl();
});
afterAll(async () => {
  await app.close();
  await store.close();
});

describe('without its database', () => {
  it('a request is answered 503, and is no fault of the request or of Sterna', async () => {
    const other = await startServer();
    await other.store.close();
    const headers = { Authorization: `Bearer ${operatorKey}` };
    const answer = await fetch(`${await other.app.getUrl()}/v1/tenants`, { headers });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'unavailable', where: 'GET /v1/tenants' });
    await other.app.close();
  });
});

describe('access', () => {
  it('is refused without a key or with an unknown one, as a problem document', async () => {
    const { base } = await createTenant();
    for (const key of ['', 'sterna_unknown']) {
      const answer = await call('GET', `${base}/batches`, { key });
      expect(answer).toMatchObject({
        status: 401,
        body: { code: 'notAuthenticated', where: 'Authorization' },
      });
      expect(answer.type).toContain('application/problem+json');
    }
  });

  it("shows nothing of another tenant, not even that it exists, and another tenant's objects are absent", async () => {
    const [mine, other] = [await createTenant(), await createTenant()];
    const foreign = await call('GET', `${other.base}/endpoints`, { key: mine.key });
    const absent = await call('GET', '/v1/tenants/nobody/endpoints', { key: mine.key });
    expect([foreign.status, absent.status]).toEqual([404, 404]);
    expect(foreign.body['what']).toBe(String(absent.body['what']).replace('nobody', other.tenantId));
    const batch = await other.as('POST', '/batches', { name: 'B', sourceEndpoint: 'IMAPEndpoint', csv });
    expect((await mine.as('GET', `/batches/${String(batch.body['batchId'])}`)).status).toBe(404);
  });

  it('to the operator routes needs the operator key', async () => {
    const { key } = await createTenant();
    expect((await call('POST', '/v1/tenants', { key, body: { name: 'x' } })).status).toBe(401);
  });
});

describe('endpoints', () => {
  it("have Microsoft's defaults, unique names, and may be changed", async () => {
    const { as } = await createTenant();
    expect((await as('GET', '/endpoints/imapendpoint')).body).toMatchObject({
      port: 993,
      security: 'Ssl',
      maxConcurrentMigrations: 100,
      maxConcurrentIncrementalSyncs: 20,
    });
    const again = await as('POST', '/endpoints', {
      name: 'imapENDPOINT',
      remoteServer: 'x',
      skipVerification: true,
    });
    expect(again).toMatchObject({ status: 409, body: { code: 'nameTaken' } });
    const changed = await as('PATCH', '/endpoints/IMAPEndpoint', { maxConcurrentMigrations: null });
    expect(changed.body['maxConcurrentMigrations']).toBeNull();
    const tooMany = await as('PATCH', '/endpoints/IMAPEndpoint', { maxConcurrentMigrations: 5 });
    expect(tooMany).toMatchObject({ status: 400, body: { where: 'maxConcurrentIncrementalSyncs' } });
  });

  it('are tested when they are made', async () => {
    const { as } = await createTenant();
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const address = listener.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await new Promise((resolve) => listener.close(resolve));
    const connection = { remoteServer: '127.0.0.1', port, security: 'None' };
    const refused = await as('POST', '/endpoints', { name: 'Closed', ...connection });
    expect(refused).toMatchObject({ status: 422, body: { code: 'connectionFailed' } });
    const report = await as('POST', '/server-availability', connection);
    expect(report).toMatchObject({ status: 200, body: { ok: false } });
  });

  it('in use are not removed, and the batches are named', async () => {
    const { as } = await createTenant();
    await as('POST', '/batches', { name: 'First batch', sourceEndpoint: 'IMAPEndpoint', csv });
    const refused = await as('DELETE', '/endpoints/IMAPEndpoint');
    expect(refused).toMatchObject({ status: 409, body: { code: 'inUse' } });
    expect(refused.body['what']).toContain('"First batch"');
  });
});

describe('batches', () => {
  const settings = { name: 'B1', sourceEndpoint: 'IMAPEndpoint' };

  it('keep the faults of rows, and the other rows go on', async () => {
    const { as } = await createTenant();
    const made = await as('POST', '/batches', { ...settings, csv });
    expect(made).toMatchObject({
      status: 201,
      body: { status: 'Created', totalCount: 2, rowErrors: [{ line: 3, code: 'emailAddressInvalid' }] },
    });
    const users = await as('GET', '/users?batch=B1');
    expect(users.body['items']).toMatchObject([
      { emailAddress: 'ann@contoso.edu', status: 'Validating' },
      { emailAddress: 'terry@contoso.edu', status: 'Validating' },
    ]);
    const second = await as('POST', '/batches', { ...settings, name: 'B2', csv });
    expect(second.body['rowErrors']).toMatchObject([
      { line: 2, code: 'userInOtherBatch' },
      { line: 3 },
      { line: 4, code: 'userInOtherBatch' },
    ]);
  });

  it('keep the faults of more rows than one document of the database could hold', async () => {
    const { as } = await createTenant();
    const rows = Array.from({ length: 25_000 }, (_, index) => `${'no-address-'.repeat(30)}${index},user,pw`);
    const faulty = ['EmailAddress,UserName,Password', 'ann@contoso.edu,ann,pw', ...rows].join('\n');
    const made = await as('POST', '/batches', { ...settings, csv: faulty });
    expect(made).toMatchObject({ status: 201, body: { totalCount: 1 } });
    const added = await as('POST', '/batches/B1/users', faulty.replace('ann,pw', 'ann,new'), {
      'Content-Type': 'text/csv',
    });
    expect(added).toMatchObject({ status: 200, body: { added: 0, updated: 1 } });
    const shown = (await as('GET', '/batches/B1')).body;
    expect(shown['rowErrorCount']).toBe(2 * rows.length);
    expect(shown['rowErrors']).toHaveLength(1_000);
    const { rowErrors, rowErrorCount } = batchReport.parse(
      (await as('GET', '/batches/B1/report')).body,
    ).batch;
    expect(rowErrors).toHaveLength(rowErrorCount);
    expect(rowErrorCount).toBe(2 * rows.length);
    expect(rowErrors.slice(0, 1_000)).toEqual(shown['rowErrors']);
    expect(rowErrors.slice(0, rows.length)).toEqual(rowErrors.slice(rows.length));
    expect(rowErrors.slice(0, 2)).toMatchObject([{ line: 3 }, { line: 4 }]);
  });

  it('come as JSON, as a form with a file, or as text/csv', async () => {
    const { as } = await createTenant();
    const form = new FormData();
    for (const [name, value] of [
      ['name', 'Form'],
      ['sourceEndpoint', 'IMAPEndpoint'],
      ['autoStart', 'true'],
      ['excludeFolders', 'Junk'],
      ['excludeFolders', 'Trash'],
    ] as const)
      form.append(name, value);
    form.append('csv', new Blob([Buffer.from(`\uFEFF${csv}`, 'utf16le')]), 'x.csv');
    expect(await as('POST', '/batches', form)).toMatchObject({
      status: 201,
      body: { totalCount: 2, status: 'Starting', excludeFolders: ['Junk', 'Trash'] },
    });
    const other = csv.replaceAll('contoso.edu', 'fabrikam.com');
    const text = await as('POST', '/batches?name=Text&sourceEndpoint=IMAPEndpoint&maxItems=7', other, {
      'Content-Type': 'text/csv',
    });
    expect(text).toMatchObject({ status: 201, body: { totalCount: 2, maxItems: 7 } });
  });

  it('are refused whole when the file is at fault, with line and column', async () => {
    const { as } = await createTenant();
    const refused = await as('POST', '/batches', {
      ...settings,
      csv: 'EmailAddress,UserName,Password\na@b.se,a\n',
    });
    expect(refused).toMatchObject({ status: 422, body: { code: 'csvInvalid', where: 'line 2, column 3' } });
    expect((await as('GET', '/batches')).body['items']).toEqual([]);
  });

  it('are made once for an Idempotency-Key', async () => {
    const { as } = await createTenant();
    const headers = { 'Idempotency-Key': 'k1' };
    const answers = await Promise.all(
      [1, 2].map(() => as('POST', '/batches', { ...settings, csv }, headers)),
    );
    const later = await as('POST', '/batches', { ...settings, csv }, headers);
    expect(new Set([...answers, later].map(({ body }) => body['batchId'])).size).toBe(1);
    expect((await as('POST', '/batches', { ...settings, csv })).body['code']).toBe('nameTaken');
    const misused = await as('POST', '/batches', { ...settings, name: 'Other', csv }, headers);
    expect(misused).toMatchObject({ status: 409, body: { code: 'idempotencyConflict' } });
    expect((await as('GET', '/users')).body['items']).toHaveLength(2);
  });

  it('are started, stopped and started again; their users follow', async () => {
    const { as } = await createTenant();
    await as('POST', '/batches', { ...settings, csv });
    expect((await as('POST', '/batches/B1/stop')).body).toMatchObject({ code: 'statusForbids' });
    expect((await as('POST', '/batches/B1/start')).body['status']).toBe('Starting');
    const statuses = async () => (await as('GET', '/batches/B1')).body['users'];
    expect((await as('GET', '/users?status=Queued')).body['items']).toHaveLength(2);
    expect((await as('POST', '/batches/B1/stop')).body['status']).toBe('Stopping');
    expect(await statuses()).toMatchObject({ total: 2, stopped: 2 });
    expect((await as('POST', '/batches/B1/sync')).status).toBe(409);
  });

  it("that are not there couldn't be found, in Microsoft's words", async () => {
    const { as } = await createTenant();
    expect(await as('GET', '/batches/IMAPBatch1')).toMatchObject({
      status: 404,
      body: { what: 'The migration batch "IMAPBatch1" couldn\'t be found.' },
    });
  });

  it('are reported on mailbox by mailbox, as JSON and as CSV with the rows that were left out', async () => {
    const { as } = await createTenant();
    await as('POST', '/batches', { ...settings, csv });
    const report = batchReport.parse((await as('GET', '/batches/B1/report')).body);
    expect(report).toMatchObject({
      isFinal: false,
      users: [{ emailAddress: 'ann@contoso.edu', missed: [] }, { emailAddress: 'terry@contoso.edu' }],
      batch: { name: 'B1', users: { total: 2, active: 2 }, rowErrors: [{ line: 3 }] },
    });
    const sheet = await as('GET', '/batches/B1/report', undefined, { Accept: 'text/csv' });
    expect(sheet.type).toBe('text/csv; charset=utf-8');
    const [header, ann, terry, leftOut, ...rest] = sheet.text.split('\r\n');
    expect(header).toMatch(/^EmailAddress,Status,/u);
    expect(ann).toBe('ann@contoso.edu,Validating,0,0,0,0,0,0,0,0,0,,');
    expect(terry).toMatch(/^terry@contoso.edu,Validating,/u);
    expect(leftOut).toMatch(/^not-an-address,RowError,0,0,0,0,0,0,0,0,0,,"line 3: emailAddressInvalid: /u);
    expect(rest).toEqual(['']);
    const other = await as('GET', '/batches/B1/report', undefined, { Accept: 'image/png' });
    expect(other).toMatchObject({ status: 406, body: { code: 'notAcceptable' } });
  });

  it('without mailboxes have a report, too', async () => {
    const { as } = await createTenant();
    await as('POST', '/batches', { ...settings, csv: 'EmailAddress,UserName,Password\nnobody,x,y\n' });
    const report = batchReport.parse((await as('GET', '/batches/B1/report')).body);
    expect(report).toMatchObject({ users: [], batch: { rowErrors: [{ line: 2 }] } });
    const sheet = await as('GET', '/batches/B1/report', undefined, { Accept: 'text/csv' });
    expect(sheet.text.split('\r\n')).toHaveLength(3);
  });

  it('leave their final report when they are removed', async () => {
    const { as, tenantId } = await createTenant();
    const { body } = await as('POST', '/batches', { ...settings, csv });
    const batchId = String(body['batchId']);
    expect(await as('DELETE', '/batches/B1?forget=true')).toMatchObject({
      status: 202,
      body: { status: 'Removing' },
    });
    const removing = await store.batches.find(tenantId, batchId);
    if (removing === null) throw new Error('gone before its removal ended');
    expect(removing.forgetLedger).toBe(true);
    expect(await as('GET', `/reports/${batchId}`)).toMatchObject({
      status: 404,
      body: { what: 'The batch "B1" is still being removed.' },
    });
    // as the scheduler does
    const savedAt = new Date();
    const json = printReportJson(readBatchReport(store, removing, { isFinal: true }), savedAt);
    await store.reports.save({ tenantId, batchId, batchName: 'B1', savedAt }, json);
    for (const identity of [batchId, 'b1']) {
      const report = batchReport.parse((await as('GET', `/reports/${identity}`)).body);
      expect(report).toMatchObject({
        isFinal: true,
        users: [
          { emailAddress: 'ann@contoso.edu', status: 'Stopped' },
          { emailAddress: 'terry@contoso.edu' },
        ],
        batch: { name: 'B1', status: 'Created' },
      });
    }
    const sheet = await as('GET', `/reports/${batchId}`, undefined, { Accept: 'text/csv' });
    expect(sheet.text.split('\r\n')).toHaveLength(5);
    const audit = await as('GET', '/audit');
    expect(JSON.stringify(audit.body['items'])).toContain('batch.remove');
  });

  it('never show a password', async () => {
    const { as } = await createTenant();
    await as('POST', '/batches', { ...settings, csv: csv.replace('p1', 'very-secret') });
    for (const path of ['/batches/B1', '/users/terry@contoso.edu', '/audit', '/batches/B1/report']) {
      expect((await as('GET', path)).text).not.toContain('very-secret');
    }
  });
});

describe('progress', () => {
  it('comes as events: a snapshot, each change, and the removal', async () => {
    const { as, key, base, tenantId } = await createTenant();
    const { body } = await as('POST', '/batches', { name: 'B1', sourceEndpoint: 'IMAPEndpoint', csv });
    const response = await fetch(`${url}${base}/batches/B1/events`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    const reader = (response.body ?? new ReadableStream<Uint8Array>())
      .pipeThrough(new TextDecoderStream())
      .getReader();
    let text = '';
    const until = async (pattern: RegExp) => {
      while (!pattern.test(text)) {
        const { done, value } = await reader.read();
        if (done) throw new Error(`the stream ended without ${pattern.source}: ${text}`);
        text += value;
      }
    };
    await until(/event: progress\ndata: .*"status":"Created"/);
    await as('POST', '/batches/B1/start');
    await until(/"status":"Starting"/);
    await as('DELETE', '/batches/B1');
    await store.batches.remove(tenantId, String(body['batchId']));
    await until(/event: removed/);
    expect((await reader.read()).done).toBe(true);
  });
});

describe('the target', () => {
  it('is set and shown without its secret', async () => {
    const { as, tenantId } = await createTenant();
    expect((await as('GET', '/target')).status).toBe(404);
    const target = { entraTenantId: 'e', clientId: 'c', clientSecret: 'hush-hush' };
    expect((await as('PUT', '/target', target)).body).toMatchObject({ hasClientSecret: true, clientId: 'c' });
    expect((await as('GET', '/target')).text).not.toContain('hush-hush');
    const tenant = await store.tenants.find(tenantId);
    expect(await store.secrets.open(tenantId, tenant?.target?.clientSecretId ?? '')).toEqual({
      clientSecret: 'hush-hush',
    });
  });
});

it('a request that is not valid is refused with every issue', async () => {
  const { as } = await createTenant();
  const refused = await as('POST', '/endpoints', { name: '', remoteServer: 'a b', port: 0 });
  expect(refused.status).toBe(400);
  expect(refused.body['issues']).toHaveLength(3);
  expect((await as('POST', '/endpoints', '{', { 'Content-Type': 'application/json' })).body['code']).toBe(
    'requestInvalid',
  );
  expect((await call('GET', '/nowhere')).body['code']).toBe('notFound');
});
