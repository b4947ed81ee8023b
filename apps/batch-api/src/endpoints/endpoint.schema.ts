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
const userNameFormat = z.enum(['auto', 'plain', 'dovecot', 'exchange', 'mirapoint']);
const userNameSeparator = z.string().min(1).max(10);
const certificateFingerprint = z
  .string()
  .regex(
    /^([0-9A-Fa-f]{2}:?){31}[0-9A-Fa-f]{2}$/,
    'must be the SHA-256 fingerprint of a certificate: 64 hexadecimal digits, with colons or without',
  )
  .nullable();
const minimumTlsVersion = z.enum(tlsVersions);
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
export const connectionSettings = z.object({
  remoteServer: hostName,
  port: z.int().min(1).max(65_535).default(993),
  security: z.enum(['None', 'Ssl', 'Tls']).default('Ssl'),
  acceptUntrustedCertificates: z.boolean().default(false),
  caCertificate: z.string().max(100_000).nullable().default(null),
  certificateFingerprint: certificateFingerprint.default(null),
  minimumTlsVersion: minimumTlsVersion.default('TLSv1.2'),
});

/** The body of New-MigrationEndpoint -IMAP; Microsoft's defaults, null means unlimited. */
export const endpointCreation = connectionSettings
  .extend({
    name: z.string().trim().min(1).max(64),
    type: z.literal('IMAP').default('IMAP'),
    userNameFormat: userNameFormat.default('auto'),
    userNameSeparator: userNameSeparator.default('*'),
    authorizationIdentity: z.boolean().default(false),
    copyPerLabel: z.boolean().default(false),
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
    remoteServer: hostName.optional(),
    port: z.int().min(1).max(65_535).optional(),
    security: z.enum(['None', 'Ssl', 'Tls']).optional(),
    acceptUntrustedCertificates: z.boolean().optional(),
    caCertificate: z.string().max(100_000).nullable().optional(),
    certificateFingerprint: certificateFingerprint.optional(),
    minimumTlsVersion: minimumTlsVersion.optional(),
    userNameFormat: userNameFormat.optional(),
    userNameSeparator: userNameSeparator.optional(),
    authorizationIdentity: z.boolean().optional(),
    copyPerLabel: z.boolean().optional(),
    oauth: oauthSettings.nullable().optional(),
    passwordSource: passwordSource.optional(),
    folderMapping: folderMapping.optional(),
    maxConcurrentMigrations: concurrency.optional(),
    maxConcurrentIncrementalSyncs: concurrency.optional(),
    skipVerification: z.boolean().default(false),
  })
  .meta({ id: 'EndpointChange' });

export const endpointView = z
  .object({
    endpointId: z.string(),
    name: z.string(),
    type: z.literal('IMAP'),
    remoteServer: z.string(),
    port: z.int(),
    security: z.enum(['None', 'Ssl', 'Tls']),
    acceptUntrustedCertificates: z.boolean(),
    caCertificate: z.string().nullable(),
    certificateFingerprint: z.string().nullable(),
    minimumTlsVersion,
    userNameFormat,
    userNameSeparator: z.string(),
    authorizationIdentity: z.boolean(),
    copyPerLabel: z.boolean(),
    oauth: oauthView.nullable(),
    passwordSource,
    folderMapping: z.record(z.string(), z.string()),
    maxConcurrentMigrations: z.int().nullable(),
    maxConcurrentIncrementalSyncs: z.int().nullable(),
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
  return {
    endpointId: endpoint.endpointId,
    name: endpoint.name,
    type: 'IMAP',
    remoteServer: endpoint.remoteServer,
    port: endpoint.port,
    security: endpoint.security,
    acceptUntrustedCertificates: endpoint.acceptUntrustedCertificates,
    caCertificate: endpoint.caCertificate,
    certificateFingerprint: endpoint.certificateFingerprint,
    minimumTlsVersion: endpoint.minimumTlsVersion,
    userNameFormat: endpoint.userNameFormat,
    userNameSeparator: endpoint.userNameSeparator,
    authorizationIdentity: endpoint.authorizationIdentity,
    copyPerLabel: endpoint.copyPerLabel,
    oauth: viewOAuth(endpoint.oauth),
    passwordSource: endpoint.passwordSource,
    folderMapping: Object.fromEntries(endpoint.folderMapping.map(({ source, target }) => [source, target])),
    maxConcurrentMigrations: endpoint.maxConcurrentMigrations,
    maxConcurrentIncrementalSyncs: endpoint.maxConcurrentIncrementalSyncs,
    createdAt: endpoint.createdAt.toISOString(),
  };
}
