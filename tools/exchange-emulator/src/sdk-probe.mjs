// Run by sdk.spec.ts in a process of its own, because NODE_EXTRA_CA_CERTS counts only at the start of Node.
import { ConfidentialClientApplication } from '@azure/msal-node';
import { Client, LargeFileUploadTask } from '@microsoft/microsoft-graph-client';

const { graphUrl, authorityUrl, tenant, clientId, clientSecret } = JSON.parse(process.argv[2]);
const application = new ConfidentialClientApplication({
  auth: {
    clientId,
    clientSecret,
    authority: `${authorityUrl}/${tenant}`,
    knownAuthorities: [new URL(authorityUrl).host],
  },
});
const scopes = ['https://graph.microsoft.com/.default'];
const first = await application.acquireTokenByClientCredential({ scopes });
const second = await application.acquireTokenByClientCredential({ scopes });
const client = Client.init({
  baseUrl: `${graphUrl}/`,
  defaultVersion: 'v1.0',
  customHosts: new Set([new URL(graphUrl).hostname]),
  authProvider: (done) => done(null, first.accessToken),
});
const user = '/users/ada@contoso.example';
const message = await client.api(`${user}/mailFolders/inbox/messages`).post({
  subject: 'from the SDK',
  singleValueExtendedProperties: [{ id: 'Integer 0x0E07', value: '1' }],
});
const file = Buffer.alloc(7 * 1024 * 1024, 'sterna ');
const session = await LargeFileUploadTask.createUploadSession(
  client,
  `${graphUrl}/v1.0${user}/messages/${message.id}/attachments/createUploadSession`,
  { AttachmentItem: { attachmentType: 'file', name: 'large.bin', size: file.length } },
);
const upload = new LargeFileUploadTask(
  client,
  {
    name: 'large.bin',
    size: file.length,
    content: file,
    sliceFile: ({ minValue, maxValue }) => file.subarray(minValue, maxValue + 1),
  },
  session,
  { rangeSize: 3 * 1024 * 1024 },
);
const uploaded = await upload.upload();
const mime = await client
  .api(`${user}/messages`)
  .header('Content-Type', 'text/plain')
  .post(Buffer.from('Subject: mime\r\n\r\nx\r\n').toString('base64'));
const duplicate = await client
  .api(`${user}/mailFolders`)
  .post({ displayName: 'inbox' })
  .catch((error) => ({ status: error.statusCode, code: error.code }));
process.stdout.write(
  JSON.stringify({
    cached: second.fromCache,
    isDraft: message.isDraft,
    location: uploaded.location,
    mimeIsDraft: mime.isDraft,
    duplicate,
  }),
);
