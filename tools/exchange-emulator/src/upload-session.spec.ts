import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stringAt } from './json.js';
import { TestClient } from './test-client.js';

let client: TestClient;
let messageId: string;
beforeAll(async () => {
  client = await TestClient.start();
  const { json } = await client.mail('POST', '/mailFolders/inbox/messages', { subject: 'large' });
  messageId = encodeURIComponent(stringAt(json, 'id') ?? '');
});
afterAll(() => client.close());

const content = randomBytes(5 * 1024 * 1024);

async function start(sizeBytes: number): Promise<{ status: number; code: string | undefined; path: string }> {
  const AttachmentItem = { attachmentType: 'file', name: 'large.bin', size: sizeBytes, isInline: false };
  const answer = await client.mail('POST', `/messages/${messageId}/attachments/createUploadSession`, {
    AttachmentItem,
  });
  const uploadUrl = new URL(stringAt(answer.json, 'uploadUrl') ?? 'https://none.invalid');
  return { status: answer.status, code: answer.code, path: `${uploadUrl.pathname}${uploadUrl.search}` };
}

async function put(
  path: string,
  range: [number, number],
  headers: Record<string, string> = {},
): Promise<Response> {
  const [from, to] = range;
  return fetch(`${client.emulator.url}${path}`, {
    method: 'PUT',
    headers: { 'content-range': `bytes ${from}-${to - 1}/${content.length}`, ...headers },
    body: new Uint8Array(content.subarray(from, to)),
  });
}

it('takes ranges in order and answers the last with 201 and a Location', async () => {
  const { status, path } = await start(content.length);
  expect(status).toBe(201);
  const half = 3 * 1024 * 1024;
  const first = await put(path, [0, half]);
  expect(first.status).toBe(200);
  expect(await first.json()).toMatchObject({ nextExpectedRanges: [String(half)] });
  const last = await put(path, [half, content.length]);
  expect(last.status).toBe(201);
  expect(last.headers.get('location')).toContain('/Attachments(');
  const sha256 = createHash('sha256').update(content).digest('hex');
  expect(await client.arrived()).toMatchObject([
    { attachments: [{ name: 'large.bin', size: content.length, sha256 }] },
  ]);
  expect((await put(path, [0, half])).status).toBe(404);
});

it('refuses an Authorization header, ranges out of order, false ranges and ranges over 4 MB', async () => {
  const { path } = await start(content.length);
  expect((await put(path, [0, 1024], { authorization: 'Bearer x' })).status).toBe(401);
  expect((await put(path, [1024, 2048])).status).toBe(416);
  expect((await put(path, [0, 1024], { 'content-range': 'bytes 0-9/10' })).status).toBe(400);
  expect((await put(path, [0, content.length])).status).toBe(413);
});

it('refuses sizes that belong to a POST, and sizes beyond the largest message', async () => {
  expect((await start(1024)).code).toBe('ErrorAttachmentSizeShouldNotBeLessThanMinimumSize');
  expect((await start(40 * 1024 * 1024)).code).toBe('ErrorMessageSizeExceeded');
});

it('takes a small attachment by POST and gives its bytes back', async () => {
  const body = { '@odata.type': '#microsoft.graph.fileAttachment', name: 'a.txt', contentBytes: 'aGk=' };
  const { status, json } = await client.mail('POST', `/messages/${messageId}/attachments`, body);
  expect(status).toBe(201);
  const path = `/messages/${messageId}/attachments/${encodeURIComponent(String(json.id))}`;
  expect((await client.mail('GET', `${path}/$value`)).text).toBe('hi');
  expect((await client.mail('GET', path)).json).toMatchObject({ contentBytes: 'aGk=', size: 2 });
});
