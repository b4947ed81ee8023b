import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { objectsAt, stringAt } from './json.js';
import { TestClient, user } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
afterAll(() => client.close());
beforeEach(() => client.admin('POST', '/reset'));

const flags = (value: string): { id: string; value: string } => ({ id: 'Integer 0x0E07', value });
const received = { id: 'SystemTime 0x0E06', value: '2019-05-06T07:08:09Z' };
const sent = { id: 'SystemTime 0x0039', value: '2019-05-06T07:00:00Z' };
const marker = { id: 'String {8ECCC264-6880-4EBE-992F-8888D2EEAA1D} Name Key', value: 'K-1' };

async function create(body: object, folder = 'inbox'): Promise<{ id: string; status: number }> {
  const { status, json } = await client.mail('POST', `/mailFolders/${folder}/messages`, body);
  return { status, id: encodeURIComponent(stringAt(json, 'id') ?? '') };
}

describe('creating a message as JSON', () => {
  it('takes dates, read and draft state from the extended properties of the create', async () => {
    const body = { subject: 'a', singleValueExtendedProperties: [flags('1'), received, sent] };
    const { status, json } = await client.mail('POST', '/mailFolders/inbox/messages', body);
    expect(status).toBe(201);
    expect(json).toMatchObject({
      isDraft: false,
      isRead: true,
      receivedDateTime: received.value,
      sentDateTime: sent.value,
    });
  });

  it('makes an unread message with flags 0, and a draft dated now without flags', async () => {
    await create({ subject: 'unread', singleValueExtendedProperties: [flags('0')] });
    await create({ subject: 'draft' });
    const [unread, draft] = await client.arrived();
    expect(unread).toMatchObject({ isRead: false, isDraft: false });
    expect(draft).toMatchObject({ isRead: true, isDraft: true });
    expect(Date.now() - Date.parse(String(draft?.receivedDateTime))).toBeLessThan(60_000);
  });

  it('puts a message that names no folder into Drafts', async () => {
    await client.mail('POST', '/messages', { subject: 'x' });
    expect(await client.arrived()).toMatchObject([{ folderPath: ['Drafts'] }]);
  });

  it.each([
    ['an unknown property', { colour: 'red' }, 'RequestBodyRead'],
    ['an unknown nested property', { body: { contentType: 'text', text: 'x' } }, 'RequestBodyRead'],
    ['a wrong type', { isRead: 'yes' }, 'RequestBodyRead'],
    ['an object where text belongs', { subject: {} }, 'RequestBodyRead'],
    ['text where an object belongs', { body: 'x' }, 'RequestBodyRead'],
    ['an object where a list belongs', { toRecipients: {} }, 'RequestBodyRead'],
    ['an unknown enum member', { importance: 'urgent' }, 'RequestBodyRead'],
    ['a read-only date', { receivedDateTime: '2020-01-01T00:00:00Z' }, 'ErrorInvalidPropertySet'],
    ['a read-only id', { id: 'x' }, 'ErrorInvalidPropertySet'],
    ['an attachment without a type', { attachments: [{ name: 'a', contentBytes: '' }] }, 'RequestBodyRead'],
    [
      'bad base64',
      {
        attachments: [{ '@odata.type': '#microsoft.graph.fileAttachment', name: 'a', contentBytes: 'a*b=' }],
      },
      'RequestBodyRead',
    ],
    [
      'a header without x-',
      { internetMessageHeaders: [{ name: 'Received', value: 'x' }] },
      'InvalidInternetMessageHeader',
    ],
    [
      'six headers',
      { internetMessageHeaders: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `x-${n}`, value: 'v' })) },
      'InvalidInternetMessageHeaderCollection',
    ],
    [
      'an extended property id of no known form',
      { singleValueExtendedProperties: [{ id: '0x0E07', value: '1' }] },
      'ErrorInvalidExtendedProperty',
    ],
    [
      'an extended value that its type cannot hold',
      { singleValueExtendedProperties: [{ id: 'SystemTime 0x0E06', value: 'yesterday' }] },
      'ErrorInvalidExtendedPropertyValue',
    ],
  ])('refuses %s with 400', async (_, body, code) => {
    const answer = await client.mail('POST', '/mailFolders/inbox/messages', body);
    expect({ status: answer.status, code: answer.code }).toEqual({ status: 400, code });
    expect(await client.arrived()).toEqual([]);
  });

  it('refuses what is not JSON, in the shape of Graph', async () => {
    const { status, json } = await client.mail('POST', '/messages', '{"subject":', {
      'client-request-id': 'mine',
    });
    expect(status).toBe(400);
    expect(json).toMatchObject({
      error: { code: 'BadRequest', innerError: { 'client-request-id': 'mine' } },
    });
  });

  it('answers 413 above 4 MB', async () => {
    const { status } = await client.mail('POST', '/messages', {
      body: { content: 'x'.repeat(4 * 1024 * 1024) },
    });
    expect(status).toBe(413);
  });

  it('keeps attached files and messages, the attached message with files of its own', async () => {
    const file = {
      '@odata.type': '#microsoft.graph.fileAttachment',
      name: 'a.bin',
      contentBytes: 'AAEC',
      isInline: true,
      contentId: 'c1',
    };
    const item = { '@odata.type': '#microsoft.graph.message', subject: 'inner', attachments: [file] };
    const attached = { '@odata.type': '#microsoft.graph.itemAttachment', name: 'inner.eml', item };
    const { status } = await create({ subject: 'outer', attachments: [file, attached] });
    expect(status).toBe(201);
    const sha256 = 'ae4b3280e56e2faf83f414a6e3dabe9d5fbe18976544c05fed121accb85b53fc';
    expect(await client.arrived()).toMatchObject([
      {
        attachments: [
          { kind: 'file', isInline: true, contentId: 'c1', size: 3, sha256 },
          { kind: 'item', item: { subject: 'inner', attachments: [{ sha256 }] } },
        ],
      },
    ]);
  });
});

describe('creating a message from MIME', () => {
  const mime =
    'From: Ada <a@b.example>\r\nSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=\r\nDate: Mon, 06 May 2019 07:00:00 +0000\r\nMessage-ID: <m1@b.example>\r\n\r\nHello\r\n';
  const post = (text: string): ReturnType<TestClient['mail']> =>
    client.mail('POST', '/messages', text, { 'content-type': 'text/plain' });

  it('makes a read draft received now, and gives the same MIME back', async () => {
    const { status, json } = await post(Buffer.from(mime).toString('base64'));
    expect(status).toBe(201);
    expect(json).toMatchObject({
      isDraft: true,
      isRead: true,
      subject: 'Grüße',
      sentDateTime: '2019-05-06T07:00:00Z',
    });
    expect(Date.now() - Date.parse(String(json.receivedDateTime))).toBeLessThan(60_000);
    const value = await client.mail('GET', `/messages/${encodeURIComponent(String(json.id))}/$value`);
    expect(value.text).toBe(mime);
  });

  it('refuses text that is not base64, and bare line feeds', async () => {
    expect((await post('no base64!')).code).toBe('ErrorMimeContentInvalidBase64String');
    expect((await post(Buffer.from('Subject: x\n\ny').toString('base64'))).code).toBe(
      'UnableToDeserializePostBody',
    );
  });
});

describe('changing a message', () => {
  it('accepts flags and dates after creation and changes nothing', async () => {
    const { id } = await create({ subject: 'x', singleValueExtendedProperties: [received] });
    const later = { ...received, value: '2001-01-01T00:00:00Z' };
    const answer = await client.mail('PATCH', `/messages/${id}`, {
      isDraft: false,
      singleValueExtendedProperties: [flags('1'), later],
    });
    expect(answer.status).toBe(200);
    expect(await client.arrived()).toMatchObject([
      { isDraft: true, receivedDateTime: received.value, extendedProperties: [received] },
    ]);
  });

  it('sets read state, flag, categories and importance at any time', async () => {
    const { id } = await create({ subject: 'x', singleValueExtendedProperties: [flags('0')] });
    const changes = {
      isRead: true,
      flag: { flagStatus: 'flagged' },
      categories: ['Red'],
      importance: 'high',
    };
    expect((await client.mail('PATCH', `/messages/${id}`, changes)).status).toBe(200);
    expect(await client.arrived()).toMatchObject([{ ...changes, flag: 'flagged' }]);
  });

  it('lets only drafts change their subject', async () => {
    const fixed = await create({ subject: 'x', singleValueExtendedProperties: [flags('1')] });
    const draft = await create({ subject: 'x' });
    const refused = await client.mail('PATCH', `/messages/${fixed.id}`, { subject: 'y' });
    expect([refused.status, refused.code]).toEqual([400, 'ErrorInvalidPropertyUpdateSentMessage']);
    expect((await client.mail('PATCH', `/messages/${draft.id}`, { subject: 'y' })).json).toMatchObject({
      subject: 'y',
    });
  });
});

describe('finding a message', () => {
  it('filters by internetMessageId and by a named extended property, values in any letter case', async () => {
    await create({
      subject: '1',
      internetMessageId: "<o'1@x.example>",
      singleValueExtendedProperties: [marker],
    });
    await create({ subject: '2', internetMessageId: '<2@x.example>' });
    const byId = encodeURIComponent("internetMessageId eq '<o''1@x.example>'");
    const byProperty = encodeURIComponent(
      `singleValueExtendedProperties/Any(ep: ep/id eq '${marker.id}' and ep/value eq 'k-1')`,
    );
    const expand = encodeURIComponent(`singleValueExtendedProperties($filter=id eq '${marker.id}')`);
    for (const filter of [byId, byProperty]) {
      const { json } = await client.mail(
        'GET',
        `/messages?$filter=${filter}&$select=subject&$expand=${expand}`,
      );
      expect(json.value).toMatchObject([{ subject: '1', singleValueExtendedProperties: [marker] }]);
      expect(Object.keys(objectsAt(json, 'value')[0] ?? {})).not.toContain('body');
    }
    const otherName = encodeURIComponent(byProperty).replaceAll('Key', 'KEY');
    expect(
      (await client.mail('GET', `/messages?$filter=${decodeURIComponent(otherName)}`)).json.value,
    ).toEqual([]);
  });

  it('gives ten messages a page and a link to the next', async () => {
    for (let n = 0; n < 12; n += 1) await create({ subject: String(n) });
    const first = await client.mail('GET', '/mailFolders/inbox/messages?$select=subject');
    expect(objectsAt(first.json, 'value')).toHaveLength(10);
    const second = await client.graph('GET', stringAt(first.json, '@odata.nextLink') ?? '');
    expect(objectsAt(second.json, 'value')).toHaveLength(2);
    expect(second.json).not.toHaveProperty('@odata.nextLink');
  });

  it('refuses unknown properties in $select and $filter, and bad filters', async () => {
    for (const query of [
      '$select=colour',
      "$filter=colour eq 'x'",
      '$filter=subject eq',
      '$search2=x',
      '$top=5000',
    ]) {
      expect((await client.mail('GET', `/messages?${query}`)).status).toBe(400);
    }
  });

  it('answers 404 for an id it does not have and 400 for what is no id', async () => {
    const unknown = await client.mail('GET', '/messages/AAMkUnknown=');
    expect([unknown.status, unknown.code]).toEqual([404, 'ErrorItemNotFound']);
    const malformed = await client.mail('GET', '/messages/17');
    expect([malformed.status, malformed.code]).toEqual([400, 'ErrorInvalidIdMalformed']);
  });
});

describe('moving a message', () => {
  it('changes the ordinary id and keeps the immutable one', async () => {
    const prefer = { prefer: 'IdType="ImmutableId"' };
    const { json } = await client.mail('POST', '/mailFolders/inbox/messages', { subject: 'x' }, prefer);
    const immutable = String(json.id);
    const ordinary = String((await client.mail('GET', `/messages/${encodeURIComponent(immutable)}`)).json.id);
    const moved = await client.mail(
      'POST',
      `/messages/${encodeURIComponent(ordinary)}/move`,
      { destinationId: 'archive' },
      prefer,
    );
    expect(moved.json.id).toBe(immutable);
    expect((await client.mail('GET', `/messages/${encodeURIComponent(ordinary)}`)).status).toBe(404);
    expect(await client.arrived()).toMatchObject([{ folderPath: ['Archive'] }]);
  });

  it('copies, and deletes by way of Deleted Items', async () => {
    const { id } = await create({ subject: 'x' });
    expect((await client.mail('POST', `/messages/${id}/copy`, { DestinationId: 'sentitems' })).status).toBe(
      201,
    );
    expect((await client.mail('DELETE', `/messages/${id}`)).status).toBe(204);
    const paths = (await client.arrived()).map((message) => message.folderPath);
    expect(paths).toEqual(expect.arrayContaining([['Deleted Items'], ['Sent Items']]));
  });
});

it('rebuilds MIME for a message made from JSON', async () => {
  const { id } = await create({
    subject: 'Grüße',
    from: { emailAddress: { name: 'Ada', address: user } },
    body: { contentType: 'html', content: '<p>ä</p>' },
    attachments: [
      {
        '@odata.type': '#microsoft.graph.fileAttachment',
        name: 'a.txt',
        contentType: 'text/plain',
        contentBytes: 'aGk=',
      },
    ],
  });
  const { text } = await client.mail('GET', `/messages/${id}/$value`);
  expect(text).toContain('Subject: =?utf-8?B?R3LDvMOfZQ==?=');
  expect(text).toContain('From: "Ada" <ada@contoso.example>');
  expect(text).toContain('aGk=');
});
