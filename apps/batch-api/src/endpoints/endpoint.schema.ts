import { type FolderRule, targetFolderOf } from '@sterna/domain';
import { tlsVersions } from '@sterna/imap';
import { moment } from '@sterna/reports';
import type { Endpoint } from '@sterna/state';
import { z } from 'zod';
import { pageOf } from '../page.js';
import { oauthSettings, oauthView, passwordSource, viewOAuth } from './endpoint-oauth.schema.js';

const hostName = z
  .string()
  .trim()
  .min(1)
  .max(253)
  .regex(/^[A-Za-z0-9._:-]+$/, 'must be a host name or an address');
const certificateFingerprint = z
  .string()
  .regex(
    /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
    'must be the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without',
  )
  .nullable();
/** Source path to target path; what lies below goes along. */
const folderMapping = z
  .record(
    z.string().regex(/[^/]/, 'must be a path').max(1_000),
    z
      .string()
      .max(1_000)
      .refine((target) => targetFolderOf(target) !== null, 'must be a path below the root of the mailbox'),
  )
  .meta({
    description:
      'Where folders of the source go: its path to one of Inbox, SentItems, Drafts, DeletedItems, JunkEmail and Archive, or to a path at the target, which may begin with one of these or with MsgFolderRoot.',
  });
const concurrency = z.int().min(1).max(100_000).nullable();

/** How a source server is reached. Security None is plain, Ssl is TLS from the start, Tls is STARTTLS. */
const connection = {
  remoteServer: hostName,
  port: z.int().min(1).max(65_535),
  security: z.enum(['None', 'Ssl', 'Tls']),
  acceptUntrustedCertificates: z.boolean(),
  caCertificate: z.string().max(100_000).nullable(),
  certificateFingerprint,
  minimumTlsVersion: z.enum(tlsVersions),
};

/** What an endpoint says beside the connection, of the logins and of what is migrated; null means unlimited. */
const rules = {
  userNameFormat: z.enum(['auto', 'plain', 'dovecot', 'exchange', 'mirapoint']),
  userNameSeparator: z.string().min(1).max(10),
  authorizationIdentity: z.boolean(),
  copyPerLabel: z.boolean(),
  passwordSource,
  folderMapping,
  maxConcurrentMigrations: concurrency,
  maxConcurrentIncrementalSyncs: concurrency,
};

export const connectionSettings = z.object({
  ...connection,
  port: connection.port.default(993),
  security: connection.security.default('Ssl'),
  acceptUntrustedCertificates: connection.acceptUntrustedCertificates.default(false),
  caCertificate: connection.caCertificate.default(null),
  certificateFingerprint: connection.certificateFingerprint.default(null),
  minimumTlsVersion: connection.minimumTlsVersion.default('TLSv1.2'),
});

/** The body of New-MigrationEndpoint -IMAP; Microsoft's defaults. */
export const endpointCreation = connectionSettings
  .extend({
    name: z.string().trim().min(1).max(64),
    type: z.literal('IMAP').default('IMAP'),
    userNameFormat: rules.userNameFormat.default('auto'),
    userNameSeparator: rules.userNameSeparator.default('*'),
    authorizationIdentity: rules.authorizationIdentity.default(false),
    copyPerLabel: rules.copyPerLabel.default(false),
    oauth: oauthSettings.nullable().default(null),
    passwordSource: passwordSource.default('csv'),
    folderMapping: folderMapping.default({}),
    maxConcurrentMigrations: concurrency.default(100),
    maxConcurrentIncrementalSyncs: concurrency.default(20),
    skipVerification: z.boolean().default(false),
  })
  .strict()
  .meta({ id: 'EndpointCreation' });

/** The body of Set-MigrationEndpoint: what is left out stays. */
export const endpointChange = z
  .strictObject({
    ...mayBeLeftOut({ ...connection, ...rules, oauth: oauthSettings.nullable() }),
    skipVerification: z.boolean().default(false),
  })
  .meta({ id: 'EndpointChange' });

/** Fields that are missing or have a value, unlike zod's optional ones, which may also be undefined. */
function mayBeLeftOut<Shape extends Record<string, z.ZodType>>(
  shape: Shape,
): { [Name in keyof Shape]: z.ZodExactOptional<Shape[Name]> };
function mayBeLeftOut(shape: Record<string, z.ZodType>) {
  return Object.fromEntries(Object.entries(shape).map(([name, field]) => [name, field.exactOptional()]));
}

export const endpointView = z
  .object({
    endpointId: z.string(),
    name: z.string(),
    type: z.literal('IMAP'),
    ...connection,
    ...rules,
    oauth: oauthView.nullable(),
    createdAt: moment,
  })
  .meta({ id: 'Endpoint' });
export type EndpointView = z.output<typeof endpointView>;
export const endpointPage = pageOf(endpointView).meta({ id: 'EndpointPage' });

/** The mapping as it is stored: a path may hold what no name of a field may. */
export function folderRulesOf(mapping: Readonly<Record<string, string>>): FolderRule[] {
  return Object.entries(mapping).map(([source, target]) => ({ source, target }));
}

/** An endpoint as the API shows it. */
export function viewEndpoint(endpoint: Endpoint): EndpointView {
  return endpointView.parse({
    ...endpoint,
    oauth: viewOAuth(endpoint.oauth),
    folderMapping: Object.fromEntries(endpoint.folderMapping.map(({ source, target }) => [source, target])),
    createdAt: endpoint.createdAt.toISOString(),
  });
}
