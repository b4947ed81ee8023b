import { readFile } from 'node:fs/promises';
import { expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult } from '../command-table.js';
import { UsageError } from '../usage-error.js';
import { collectPages, resultSize } from './pages.js';

async function createTenant({ client, values }: CommandContext): Promise<CommandResult> {
  const tenantId = values.text('id');
  const keepSubjects = values.flag('keepSubjects');
  const body = {
    name: values.required('name'),
    ...(tenantId !== undefined && { tenantId }),
    ...(keepSubjects !== undefined && { keepSubjects }),
  };
  const tenant = expectData(await client.api.POST('/v1/tenants', { body }));
  return {
    records: [{ TenantId: tenant.tenantId, Name: tenant.name, CreationTime: tenant.createdAt }],
    json: tenant,
  };
}

async function createApiKey({ client, values }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: values.text('tenant') ?? client.tenantId } };
  const body = { name: values.text('name') ?? 'cli' };
  const key = expectData(await client.api.POST('/v1/tenants/{tenantId}/api-keys', { params, body }));
  return {
    records: [{ TenantId: key.tenantId, Name: key.name, KeyId: key.keyId, Key: key.key }],
    notes: ['The key is shown this once:'],
    json: key,
  };
}

async function readClientSecret(file: string | undefined): Promise<string> {
  const secret =
    file === undefined ? process.env['STERNA_CLIENT_SECRET'] : (await readFile(file, 'utf8')).trim();
  if (secret !== undefined && secret !== '') return secret;
  throw new UsageError('Missing: --client-secret-file or STERNA_CLIENT_SECRET');
}

async function setTarget({ client, values }: CommandContext): Promise<CommandResult> {
  const graphUrl = values.text('graphUrl');
  const authorityUrl = values.text('authorityUrl');
  const body = {
    ...(graphUrl !== undefined && { graphUrl }),
    ...(authorityUrl !== undefined && { authorityUrl }),
    entraTenantId: values.required('entraTenantId'),
    clientId: values.required('clientId'),
    clientSecret: await readClientSecret(values.text('clientSecretFile')),
  };
  const params = { path: { tenantId: values.text('tenant') ?? client.tenantId } };
  const target = expectData(await client.api.PUT('/v1/tenants/{tenantId}/target', { params, body }));
  return {
    records: [
      {
        GraphUrl: target.graphUrl,
        AuthorityUrl: target.authorityUrl,
        EntraTenantId: target.entraTenantId,
        ClientId: target.clientId,
        HasClientSecret: target.hasClientSecret,
      },
    ],
    json: target,
  };
}

async function listAudit({ client, values }: CommandContext): Promise<CommandResult> {
  const path = { tenantId: client.tenantId };
  const found = await collectPages(values, async (query) =>
    expectData(await client.api.GET('/v1/tenants/{tenantId}/audit', { params: { path, query } })),
  );
  return {
    records: found.map(({ at, actor, action, subject }) => ({
      At: at,
      Actor: actor,
      Action: action,
      Subject: subject,
    })),
    columns: ['At', 'Actor', 'Action', 'Subject'],
    json: found,
  };
}

export const operatorCommands: Command[] = [
  {
    path: ['tenant', 'create'],
    summary: 'makes a tenant (with the operator key)',
    parameters: [
      { name: 'name', kind: 'text', isRequired: true, position: 0, help: 'name of the tenant' },
      { name: 'id', kind: 'text', help: 'lower-case id; made up where it is left out' },
      { name: 'keepSubjects', kind: 'switch', help: 'reports name subjects instead of their hashes' },
    ],
    run: createTenant,
  },
  {
    path: ['api-key', 'create'],
    summary: 'makes an API key of a tenant (with the operator key)',
    parameters: [
      { name: 'tenant', kind: 'text', position: 0, help: 'id of the tenant, default STERNA_TENANT' },
      { name: 'name', kind: 'text', help: 'what the key is for' },
    ],
    run: createApiKey,
  },
  {
    path: ['target', 'set'],
    summary: 'says how the tenant reaches Exchange Online',
    parameters: [
      {
        name: 'entraTenantId',
        kind: 'text',
        isRequired: true,
        help: 'directory (tenant) id in Microsoft Entra',
      },
      { name: 'clientId', kind: 'text', isRequired: true, help: 'application (client) id' },
      {
        name: 'clientSecretFile',
        kind: 'file',
        help: 'file with the client secret; else STERNA_CLIENT_SECRET',
      },
      { name: 'graphUrl', kind: 'text', help: 'default https://graph.microsoft.com' },
      { name: 'authorityUrl', kind: 'text', help: 'default https://login.microsoftonline.com' },
      { name: 'tenant', kind: 'text', help: 'id of the tenant, default STERNA_TENANT' },
    ],
    run: setTarget,
  },
  {
    path: ['audit', 'list'],
    summary: 'who did what',
    parameters: [resultSize],
    run: listAudit,
  },
];
