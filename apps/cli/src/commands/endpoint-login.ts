import { readFile } from 'node:fs/promises';
import type { components } from '@sterna/api-client';
import type { CommandValues, OutputRecord, Parameter } from '../command-table.js';
import { UsageError } from '../usage-error.js';
import { given } from './given.js';

type OAuthSettings = components['schemas']['EndpointOAuthSettings'];
type Endpoint = components['schemas']['Endpoint'];

/** Microsoft's, and Sterna's OAuth; all but that one log in with what the row of the CSV has. */
export const authentication: Parameter = {
  name: 'authentication',
  kind: 'text',
  choices: ['Basic', 'OAuth', 'Digest', 'Ntlm', 'Fba', 'WindowsIntegrated'],
  help: 'OAuth logs in by a token; any other, with what the row of the CSV has',
};

const oauthProvider: Parameter = {
  name: 'oauthProvider',
  cmdletName: 'OAuthProvider',
  kind: 'text',
  choices: ['google', 'microsoft', 'refreshToken'],
  help: 'who gives the tokens: a service account of Google, an application of Microsoft, or any OAuth 2.0 server',
};

/** Secrets come from files or the environment, never from the command line, where others could read them. */
export const oauthParameters: Parameter[] = [
  oauthProvider,
  {
    name: 'oauthMechanism',
    cmdletName: 'OAuthMechanism',
    kind: 'text',
    choices: ['auto', 'XOAUTH2', 'OAUTHBEARER'],
    help: 'default auto: OAUTHBEARER where the server offers it, else XOAUTH2',
  },
  {
    name: 'oauthScope',
    cmdletName: 'OAuthScope',
    kind: 'text',
    help: 'scope of the tokens; google and microsoft have a default',
  },
  { name: 'serviceAccountKey', kind: 'file', help: 'google: JSON key file of the service account' },
  { name: 'entraTenantId', kind: 'text', help: 'microsoft: directory (tenant) id of the source' },
  { name: 'authorityUrl', kind: 'text', help: 'microsoft: default https://login.microsoftonline.com' },
  { name: 'tokenUrl', kind: 'text', help: 'refreshToken: address of the token endpoint' },
  { name: 'clientId', kind: 'text', help: 'microsoft, refreshToken: client id of the application' },
  {
    name: 'clientSecretFile',
    kind: 'file',
    help: 'microsoft, refreshToken: file with the client secret; else STERNA_SOURCE_CLIENT_SECRET',
  },
  {
    name: 'passwordSource',
    kind: 'text',
    choices: ['csv', 'external'],
    help: 'external: the Password column has references, the installation asks its own store for passwords',
  },
];

/** Only what was given. @throws UsageError */
export async function readEndpointLogin(values: CommandValues) {
  const passwordSource = (['csv', 'external'] as const).find(
    (known) => known === values.text('passwordSource'),
  );
  return { ...(await readAuthentication(values)), ...given('passwordSource', passwordSource) };
}

async function readAuthentication(values: CommandValues): Promise<{ oauth?: OAuthSettings | null }> {
  const wanted = values.text('authentication');
  if (wanted === 'OAuth') return { oauth: await readOAuth(values) };
  const misplaced = oauthParameters.find(({ name }) => name !== 'passwordSource' && values.has(name));
  if (misplaced !== undefined) {
    throw new UsageError(`${misplaced.cmdletName ?? misplaced.name} is only for -Authentication OAuth.`);
  }
  return wanted === undefined ? {} : { oauth: null };
}

async function readOAuth(values: CommandValues): Promise<OAuthSettings> {
  const mechanism = (['auto', 'XOAUTH2', 'OAUTHBEARER'] as const).find(
    (known) => known === values.text('oauthMechanism'),
  );
  const shared = { ...given('mechanism', mechanism), ...given('scope', values.text('oauthScope')) };
  const need = (name: string): string => {
    const value = values.text(name);
    if (value !== undefined) return value;
    throw new UsageError(`-Authentication OAuth needs ${name} for this provider.`);
  };
  switch (values.text('oauthProvider')) {
    case 'google': {
      const file = values.text('serviceAccountKey');
      const key = file === undefined ? undefined : await readFile(file, 'utf8');
      return { provider: 'google', ...shared, ...given('serviceAccountKey', key) };
    }
    case 'microsoft':
      return {
        provider: 'microsoft',
        ...shared,
        entraTenantId: need('entraTenantId'),
        clientId: need('clientId'),
        ...given('authorityUrl', values.text('authorityUrl')),
        ...given('clientSecret', await readClientSecret(values)),
      };
    case 'refreshToken':
      return {
        provider: 'refreshToken',
        ...shared,
        tokenUrl: need('tokenUrl'),
        clientId: need('clientId'),
        ...given('clientSecret', await readClientSecret(values)),
      };
    default:
      throw new UsageError('-Authentication OAuth needs -OAuthProvider google, microsoft or refreshToken.');
  }
}

/** Undefined where none is given: the endpoint keeps the one that it has, or the API asks for it. */
async function readClientSecret(values: CommandValues): Promise<string | undefined> {
  const file = values.text('clientSecretFile');
  return file === undefined
    ? process.env['STERNA_SOURCE_CLIENT_SECRET']
    : (await readFile(file, 'utf8')).trim();
}

/** The properties of an endpoint that say how it logs in. */
export function recordLogin({ oauth, passwordSource }: Endpoint): OutputRecord {
  const shown = { Authentication: oauth === null ? 'Basic' : 'OAuth', PasswordSource: passwordSource };
  if (oauth === null) return shown;
  const { provider, mechanism, scope } = oauth;
  return { ...shown, OAuthProvider: provider, OAuthMechanism: mechanism, OAuthScope: scope };
}
