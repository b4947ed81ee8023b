import { readFile } from 'node:fs/promises';
import { expectData } from '@sterna/api-client';
import type { Command, CommandContext, CommandResult, CommandValues, Parameter } from '../command-table.js';
import { authentication, oauthParameters, readEndpointLogin } from './endpoint-login.js';
import { folderMappingParameter, readFolderMapping } from './folder-mapping.js';
import { given } from './given.js';
import { exitCodes } from '../exit-code.js';
import { recordEndpoint } from '../output/record.js';
import { UsageError } from '../usage-error.js';

const columns = [
  'Identity',
  'EndpointType',
  'RemoteServer',
  'Port',
  'Security',
  'MaxConcurrentMigrations',
  'MaxConcurrentIncrementalSyncs',
];
const identity: Parameter = {
  name: 'name',
  cmdletName: 'Identity',
  kind: 'text',
  position: 0,
  help: 'name or id of the endpoint',
};
const requiredIdentity: Parameter = { ...identity, isRequired: true };
const imap: Parameter = {
  name: 'imap',
  cmdletName: 'IMAP',
  kind: 'switch',
  only: 'cmdlet',
  help: 'the only kind of source',
};
const securities = ['None', 'Ssl', 'Tls'] as const;
const tlsVersions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const;

const connection: Parameter[] = [
  { name: 'port', kind: 'integer', help: 'default 993' },
  {
    name: 'security',
    kind: 'text',
    choices: securities,
    help: 'None, Ssl (default) or Tls (STARTTLS)',
  },
  { name: 'acceptUntrustedCertificates', kind: 'switch', help: 'accepts any certificate' },
  { name: 'caCertificate', kind: 'file', help: 'PEM file of the authority that signed the certificate' },
  {
    name: 'certificateFingerprint',
    kind: 'text',
    help: 'SHA-256 fingerprint: the server must show this certificate, whoever signed it',
  },
  {
    name: 'minimumTlsVersion',
    kind: 'text',
    choices: tlsVersions,
    help: 'the oldest TLS that is accepted, default TLSv1.2',
  },
  authentication,
];
const logins: Parameter[] = [
  {
    name: 'userNameFormat',
    kind: 'text',
    choices: ['auto', 'plain', 'dovecot', 'exchange', 'mirapoint'],
    help: 'how user names of administrators are read, default auto',
  },
  { name: 'userNameSeparator', kind: 'text', help: 'between user and administrator of Dovecot, default *' },
  {
    name: 'authorizationIdentity',
    kind: 'switch',
    help: 'the administrator logs in by SASL PLAIN and names the mailbox as authorization identity',
  },
  ...oauthParameters,
];
const labels: Parameter = {
  name: 'copyPerLabel',
  kind: 'switch',
  help: 'a copy for each label of a message at Gmail; otherwise one, with its labels as categories',
};
const limits: Parameter[] = [
  {
    name: 'maxConcurrentMigrations',
    kind: 'unlimited',
    help: 'mailboxes in initial synchronisation at once, or unlimited (default 100)',
  },
  {
    name: 'maxConcurrentIncrementalSyncs',
    kind: 'unlimited',
    help: 'mailboxes in incremental synchronisation at once (default 20)',
  },
  { name: 'skipVerification', kind: 'switch', help: 'does not test the connection' },
];

/** Only what was given: the API has the defaults. */
async function readConnection(values: CommandValues) {
  const port = values.integer('port');
  const security = securities.find((known) => known === values.text('security'));
  const minimumTlsVersion = tlsVersions.find((known) => known === values.text('minimumTlsVersion'));
  const acceptUntrustedCertificates = values.flag('acceptUntrustedCertificates');
  const file = values.text('caCertificate');
  return {
    ...(port !== undefined && { port }),
    ...(security !== undefined && { security }),
    ...(acceptUntrustedCertificates !== undefined && { acceptUntrustedCertificates }),
    ...(file !== undefined && { caCertificate: await readFile(file, 'utf8') }),
    ...given('certificateFingerprint', values.text('certificateFingerprint')),
    ...given('minimumTlsVersion', minimumTlsVersion),
  };
}

async function readLogins(values: CommandValues) {
  const mapping = values.text('folderMapping');
  const format = (['auto', 'plain', 'dovecot', 'exchange', 'mirapoint'] as const).find(
    (known) => known === values.text('userNameFormat'),
  );
  return {
    ...given('userNameFormat', format),
    ...given('userNameSeparator', values.text('userNameSeparator')),
    ...given('authorizationIdentity', values.flag('authorizationIdentity')),
    ...given('copyPerLabel', values.flag('copyPerLabel')),
    ...(mapping !== undefined && { folderMapping: await readFolderMapping(mapping) }),
  };
}

function readLimits(values: CommandValues) {
  const maxConcurrentMigrations = values.unlimited('maxConcurrentMigrations');
  const maxConcurrentIncrementalSyncs = values.unlimited('maxConcurrentIncrementalSyncs');
  const skipVerification = values.flag('skipVerification');
  return {
    ...(maxConcurrentMigrations !== undefined && { maxConcurrentMigrations }),
    ...(maxConcurrentIncrementalSyncs !== undefined && { maxConcurrentIncrementalSyncs }),
    ...(skipVerification !== undefined && { skipVerification }),
  };
}

async function testServer({ client, values }: CommandContext): Promise<CommandResult> {
  const endpoint = values.text('endpoint');
  const remoteServer = values.text('remoteServer');
  const userName = values.text('userName');
  const password = userName === undefined ? undefined : await readPassword(values, endpoint !== undefined);
  if (endpoint === undefined && remoteServer === undefined) {
    throw new UsageError(
      'Missing: --remote-server (-RemoteServer), or --endpoint (-Endpoint) with the name of an endpoint',
    );
  }
  const body =
    remoteServer === undefined
      ? {
          endpoint: endpoint ?? '',
          ...(userName !== undefined && {
            credentials: {
              userName,
              ...given('password', password),
              ...given('emailAddress', values.text('emailAddress')),
            },
          }),
        }
      : {
          remoteServer,
          ...(await readConnection(values)),
          ...(userName !== undefined && password !== undefined && { credentials: { userName, password } }),
        };
  const params = { path: { tenantId: client.tenantId } };
  const report = expectData(
    await client.api.POST('/v1/tenants/{tenantId}/server-availability', { params, body }),
  );
  const { tls } = report;
  const shownTls =
    tls === null
      ? []
      : [
          `TLS: ${tls.protocol}, ${tls.subject}, issued by ${tls.issuer}, valid to ${tls.validTo}`,
          `Chain: ${tls.chain.join(' < ')}; ${tls.isTrusted ? 'trusted' : 'not trusted'}`,
        ];
  return {
    records: report.steps.map(({ step, ok, detail, advice }) => ({
      Step: step,
      Result: ok ? 'Success' : 'Failed',
      Detail: detail,
      Advice: advice ?? '',
    })),
    columns: report.ok ? ['Step', 'Result', 'Detail'] : ['Step', 'Result', 'Detail', 'Advice'],
    notes: [
      ...shownTls,
      ...(report.loginMethods.length > 0 ? [`Login: ${report.loginMethods.join(', ')}`] : []),
    ],
    json: report,
    exitCode: report.ok ? exitCodes.ok : exitCodes.failed,
  };
}

/** Never from the command line, where other users of the machine could read it. An endpoint may need none. */
async function readPassword(values: CommandValues, isOptional: boolean): Promise<string | undefined> {
  const file = values.text('passwordFile');
  const password =
    file === undefined ? process.env['STERNA_SOURCE_PASSWORD'] : (await readFile(file, 'utf8')).trimEnd();
  if (password !== undefined && password !== '') return password;
  if (isOptional) return undefined;
  throw new UsageError('--user-name needs --password-file or STERNA_SOURCE_PASSWORD.');
}

async function createEndpoint({ client, values }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: client.tenantId } };
  const body = {
    name: values.required('name'),
    remoteServer: values.required('remoteServer'),
    ...(await readConnection(values)),
    ...(await readLogins(values)),
    ...(await readEndpointLogin(values)),
    ...readLimits(values),
  };
  const endpoint = expectData(await client.api.POST('/v1/tenants/{tenantId}/endpoints', { params, body }));
  return { records: [recordEndpoint(endpoint)], columns, json: endpoint };
}

async function changeEndpoint({ client, values }: CommandContext): Promise<CommandResult> {
  const params = { path: { tenantId: client.tenantId, endpoint: values.required('name') } };
  const remoteServer = values.text('remoteServer');
  const body = {
    ...(remoteServer !== undefined && { remoteServer }),
    ...(await readConnection(values)),
    ...(await readLogins(values)),
    ...(await readEndpointLogin(values)),
    ...readLimits(values),
  };
  const endpoint = expectData(
    await client.api.PATCH('/v1/tenants/{tenantId}/endpoints/{endpoint}', { params, body }),
  );
  return { records: [recordEndpoint(endpoint)], columns, json: endpoint };
}

async function getEndpoint(context: CommandContext): Promise<CommandResult> {
  const { client, values } = context;
  const name = values.text('name');
  if (name === undefined) return listEndpoints(context);
  const params = { path: { tenantId: client.tenantId, endpoint: name } };
  const endpoint = expectData(
    await client.api.GET('/v1/tenants/{tenantId}/endpoints/{endpoint}', { params }),
  );
  return { records: [recordEndpoint(endpoint)], json: endpoint };
}

async function listEndpoints({ client, values }: CommandContext): Promise<CommandResult> {
  const type = values.text('type');
  if (type !== undefined && type !== 'IMAP') return { records: [], columns, json: [] };
  const params = { path: { tenantId: client.tenantId } };
  const page = expectData(await client.api.GET('/v1/tenants/{tenantId}/endpoints', { params }));
  return { records: page.items.map(recordEndpoint), columns, json: page.items };
}

async function removeEndpoint({ client, values }: CommandContext): Promise<CommandResult> {
  const name = values.required('name');
  const params = { path: { tenantId: client.tenantId, endpoint: name } };
  const answer = await client.api.DELETE('/v1/tenants/{tenantId}/endpoints/{endpoint}', { params });
  if (!answer.response.ok) expectData({ error: answer.error, response: answer.response });
  return { records: [], text: `The migration endpoint "${name}" was removed.`, json: { removed: name } };
}

const remoteServer: Parameter = { name: 'remoteServer', kind: 'text', help: 'host name of the IMAP server' };

export const endpointCommands: Command[] = [
  {
    path: ['server', 'test'],
    cmdlet: 'Test-MigrationServerAvailability',
    summary: 'tests the connection to an IMAP server, step by step',
    parameters: [
      imap,
      { ...remoteServer, position: 0 },
      ...connection,
      { name: 'endpoint', kind: 'text', help: 'name of an endpoint, instead of a server' },
      { name: 'userName', kind: 'text', help: 'tries to log in; the password is in STERNA_SOURCE_PASSWORD' },
      { name: 'passwordFile', kind: 'file', help: 'file that holds the password' },
      {
        name: 'emailAddress',
        kind: 'text',
        help: 'EmailAddress of the row, with --endpoint; default the user name',
      },
    ],
    run: testServer,
  },
  {
    path: ['endpoint', 'create'],
    cmdlet: 'New-MigrationEndpoint',
    summary: 'makes an endpoint after testing the connection',
    changes: true,
    parameters: [
      imap,
      { name: 'name', kind: 'text', isRequired: true, position: 0, help: 'name of the endpoint' },
      { ...remoteServer, isRequired: true },
      ...connection,
      ...logins,
      labels,
      folderMappingParameter,
      ...limits,
    ],
    run: createEndpoint,
  },
  {
    path: ['endpoint', 'get'],
    cmdlet: 'Get-MigrationEndpoint',
    summary: 'shows one endpoint, or all',
    parameters: [
      identity,
      {
        name: 'type',
        kind: 'text',
        only: 'cmdlet',
        choices: ['IMAP', 'ExchangeOutlookAnywhere', 'ExchangeRemoteMove', 'PublicFolder'],
        help: 'only endpoints of this type; Sterna has IMAP',
      },
      { name: 'diagnosticInfo', kind: 'text', only: 'cmdlet', help: 'accepted; has no effect' },
    ],
    run: getEndpoint,
  },
  { path: ['endpoint', 'list'], summary: 'lists the endpoints', parameters: [], run: listEndpoints },
  {
    path: ['endpoint', 'set'],
    cmdlet: 'Set-MigrationEndpoint',
    summary: 'changes an endpoint',
    changes: true,
    parameters: [
      requiredIdentity,
      remoteServer,
      ...connection,
      ...logins,
      labels,
      folderMappingParameter,
      ...limits,
    ],
    run: changeEndpoint,
  },
  {
    path: ['endpoint', 'remove'],
    cmdlet: 'Remove-MigrationEndpoint',
    summary: 'removes an endpoint that no batch uses',
    changes: true,
    parameters: [requiredIdentity],
    run: removeEndpoint,
  },
];
