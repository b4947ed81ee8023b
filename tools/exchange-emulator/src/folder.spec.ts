import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { objectsAt, stringAt } from './json.js';
import { TestClient, user } from './test-client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start({ autoProvisionDomains: ['auto.example'] });
});
afterAll(() => client.close());
beforeEach(() => client.admin('POST', '/reset'));

it('lists the eight visible folders of a new mailbox, and the hidden ones when asked', async () => {
  const { json } = await client.mail('GET', '/mailFolders');
  expect(objectsAt(json, 'value').map((folder) => folder.displayName)).toEqual([
    'Archive', 'Conversation History', 'Deleted Items', 'Drafts', 'Inbox', 'Junk Email', 'Outbox', 'Sent Items',
  ]); // prettier-ignore
  const hidden = await client.mail('GET', '/mailFolders?includeHiddenFolders=true');
  expect(objectsAt(hidden.json, 'value')).toHaveLength(10);
});

it('refuses a second folder of the same name in another letter case with 409', async () => {
  expect((await client.mail('POST', '/mailFolders', { displayName: 'Çiçek' })).status).toBe(201);
  const second = await client.mail('POST', '/mailFolders', { displayName: 'çiçek' });
  expect([second.status, second.code]).toEqual([409, 'ErrorFolderExists']);
  expect((await client.mail('POST', '/mailFolders', { displayName: 'INBOX' })).code).toBe(
    'ErrorFolderExists',
  );
});

it('nests folders, counts them and finds them by name', async () => {
  const parent = await client.mail('POST', '/mailFolders/inbox/childFolders', { displayName: "A'b" });
  expect(parent.status).toBe(201);
  const id = encodeURIComponent(stringAt(parent.json, 'id') ?? '');
  await client.mail('POST', `/mailFolders/${id}/childFolders`, { displayName: 'Deep' });
  await client.mail('POST', `/mailFolders/inbox/childFolders/${id}/messages`, { subject: 'x' });
  const filter = encodeURIComponent("displayName eq 'A''b'");
  const { json } = await client.mail(
    'GET',
    `/mailFolders/inbox/childFolders?$filter=${filter}&$select=displayName,childFolderCount`,
  );
  expect(json.value).toEqual([{ id: parent.json.id, displayName: "A'b", childFolderCount: 1 }]);
  expect(await client.arrived()).toMatchObject([{ folderPath: ['Inbox', "A'b"] }]);
  const one = await client.mail('GET', `/mailFolders/${id}`);
  expect(one.json).toMatchObject({ totalItemCount: 1, unreadItemCount: 0 });
});

it('pages folders by ten', async () => {
  for (let n = 0; n < 5; n += 1) await client.mail('POST', '/mailFolders', { displayName: `F${n}` });
  const first = await client.mail('GET', '/mailFolders');
  expect(objectsAt(first.json, 'value')).toHaveLength(10);
  const second = await client.graph('GET', stringAt(first.json, '@odata.nextLink') ?? '');
  expect(objectsAt(second.json, 'value')).toHaveLength(3);
});

it('refuses read-only and unknown folder properties and an empty name', async () => {
  for (const body of [
    { displayName: 'x', totalItemCount: 1 },
    { displayName: 'x', colour: 1 },
    { displayName: '' },
  ]) {
    expect((await client.mail('POST', '/mailFolders', body)).status).toBe(400);
  }
});

it('does not rename or delete well-known folders', async () => {
  expect((await client.mail('PATCH', '/mailFolders/inbox', { displayName: 'x' })).status).toBe(403);
  expect((await client.mail('DELETE', '/mailFolders/inbox')).status).toBe(403);
});

it('tells an unknown user from a user without a mailbox', async () => {
  const unknown = await client.graph('GET', '/users/nobody@contoso.example');
  expect([unknown.status, unknown.code]).toEqual([404, 'Request_ResourceNotFound']);
  const mail = await client.graph('GET', '/users/nobody@contoso.example/mailFolders');
  expect([mail.status, mail.code]).toEqual([404, 'ErrorInvalidUser']);
  await client.admin('POST', '/mailboxes', { address: 'bare@contoso.example', hasMailbox: false });
  expect((await client.graph('GET', '/users/bare@contoso.example')).status).toBe(200);
  const bare = await client.graph('GET', '/users/bare@contoso.example/mailFolders');
  expect(bare.code).toBe('MailboxNotEnabledForRESTAPI');
});

it('finds users in any letter case and by id, and makes those of an automatic domain', async () => {
  const found = await client.graph('GET', `/users/${user.toUpperCase()}`);
  expect(found.json).toMatchObject({ mail: user });
  expect((await client.graph('GET', `/users/${String(found.json.id)}/mailFolders/inbox`)).status).toBe(200);
  expect((await client.graph('GET', '/users/new@auto.example/mailFolders')).status).toBe(200);
});
