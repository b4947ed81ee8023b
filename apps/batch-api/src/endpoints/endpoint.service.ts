import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import { testAvailability } from '@sterna/imap';
import { SourceLogins } from '@sterna/source-login';
import { type Endpoint, isDuplicateKey, StateStore } from '@sterna/state';
import type { z } from 'zod';
import type { RequestAccess } from '../access/access.js';
import { notFound, ProblemError } from '../problems/problem.js';
import {
  connectionSettings,
  type endpointChange,
  type endpointCreation,
  folderRulesOf,
} from './endpoint.schema.js';
import { type PlannedOAuth, planOAuth, requireEncryption } from './endpoint-login.js';

type Connection = z.output<typeof connectionSettings>;

/** Migration endpoints: how the source servers of a tenant are reached. */
@Injectable()
export class EndpointService {
  private readonly store: StateStore;
  private readonly logins: SourceLogins;

  constructor(@Inject(StateStore) store: StateStore, @Inject(SourceLogins) logins: SourceLogins) {
    this.store = store;
    this.logins = logins;
  }

  /** By name or id. @throws ProblemError notFound */
  async find(tenantId: string, identity: string): Promise<Endpoint> {
    const { endpoints } = this.store;
    const endpoint =
      (await endpoints.findByName(tenantId, identity)) ?? (await endpoints.find(tenantId, identity));
    if (endpoint !== null) return endpoint;
    throw notFound(`The migration endpoint "${identity}" couldn't be found.`, 'endpoint');
  }

  list(tenantId: string): Promise<Endpoint[]> {
    return this.store.endpoints.list(tenantId);
  }

  /** @throws ProblemError connectionFailed, nameTaken, requestInvalid */
  async create(access: RequestAccess, wanted: z.output<typeof endpointCreation>): Promise<Endpoint> {
    const { skipVerification, oauth: wish, ...settings } = wanted;
    requireConcurrency(settings);
    this.requirePasswordStore(settings.passwordSource);
    const planned = wish === null ? null : planOAuth(wish, null);
    if (planned !== null) requireEncryption(settings.security);
    if (!skipVerification) await this.verify(settings, planned?.settings ?? null);
    const endpointId = randomUUID();
    const oauth = planned === null ? null : await this.seal(access.tenantId, endpointId, planned, null);
    const endpoint: Endpoint = {
      ...settings,
      folderMapping: folderRulesOf(settings.folderMapping),
      endpointId,
      oauth,
      tenantId: access.tenantId,
      nameKey: settings.name.toLowerCase(),
      createdAt: new Date(),
    };
    try {
      await this.store.endpoints.create(endpoint);
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      await this.store.secrets.removeOwner(access.tenantId, endpointId);
      throw nameTaken(settings.name);
    }
    await this.record(access, 'endpoint.create', endpoint);
    return endpoint;
  }

  /** @throws ProblemError notFound, connectionFailed, requestInvalid */
  async change(
    access: RequestAccess,
    identity: string,
    wanted: z.output<typeof endpointChange>,
  ): Promise<Endpoint> {
    const before = await this.find(access.tenantId, identity);
    const { skipVerification, oauth: wish, folderMapping, ...changes } = wanted;
    const planned = wish === undefined || wish === null ? null : planOAuth(wish, before.oauth);
    const after: Endpoint = {
      ...before,
      ...changes,
      ...(folderMapping !== undefined && { folderMapping: folderRulesOf(folderMapping) }),
    };
    requireConcurrency(after);
    if (changes.passwordSource !== undefined) this.requirePasswordStore(changes.passwordSource);
    const login = wish === null ? null : (planned?.settings ?? before.oauth);
    if (login !== null) requireEncryption(after.security);
    const isReconnected =
      planned !== null ||
      !isDeepStrictEqual(connectionSettings.parse(before), connectionSettings.parse(after));
    if (isReconnected && !skipVerification) await this.verify(after, login);
    const { tenantId, endpointId } = before;
    if (wish === null) after.oauth = null;
    if (planned !== null) after.oauth = await this.seal(tenantId, endpointId, planned, before.oauth);
    const changed = await this.store.endpoints.change(after);
    const unused = changed === null ? after.oauth : before.oauth;
    if (unused !== null && unused.secretId !== changed?.oauth?.secretId) {
      await this.store.secrets.removeMany(tenantId, [unused.secretId]);
    }
    if (changed === null)
      throw notFound(`The migration endpoint "${identity}" couldn't be found.`, 'endpoint');
    await this.record(access, 'endpoint.change', changed);
    return changed;
  }

  /** @throws ProblemError notFound, inUse */
  async remove(access: RequestAccess, identity: string): Promise<void> {
    const endpoint = await this.find(access.tenantId, identity);
    const batches = await this.store.batches.usingEndpoint(access.tenantId, endpoint.endpointId);
    if (batches.length > 0) {
      throw new ProblemError('inUse', {
        what: `The migration endpoint "${endpoint.name}" is used by the migration batches ${batches.map(({ name }) => `"${name}"`).join(', ')}.`,
        where: 'endpoint',
        expected: 'An endpoint that no batch uses; remove the batches first.',
      });
    }
    await this.store.endpoints.remove(access.tenantId, endpoint.endpointId);
    await this.store.secrets.removeOwner(access.tenantId, endpoint.endpointId);
    await this.record(access, 'endpoint.remove', endpoint);
  }

  /** The settings with the id of their secret: that of the one that is sealed now, or of the one that stays. */
  private async seal(
    tenantId: string,
    endpointId: string,
    { settings, secret }: PlannedOAuth,
    before: Endpoint['oauth'],
  ): Promise<Endpoint['oauth']> {
    const secretId =
      secret === null ? before?.secretId : await this.store.secrets.put(tenantId, endpointId, secret);
    if (secretId === undefined) throw new Error('a secret that stays was there before');
    return { ...settings, secretId };
  }

  /** @throws ProblemError requestInvalid */
  private requirePasswordStore(source: Endpoint['passwordSource']): void {
    if (source === 'csv' || this.logins.hasPasswordStore) return;
    throw new ProblemError('requestInvalid', {
      what: 'This installation has no command or store for passwords.',
      where: 'passwordSource',
      expected: 'csv, or an operator who sets STERNA_CREDENTIAL_COMMAND or STERNA_CREDENTIAL_URL.',
    });
  }

  private async verify(connection: Connection, oauth: PlannedOAuth['settings'] | null): Promise<void> {
    const { remoteServer, port } = connection;
    const report = await testAvailability(connection);
    if (!report.ok) {
      const failed = report.steps.find((step) => !step.ok);
      throw new ProblemError('connectionFailed', {
        what: `The connection to ${remoteServer}:${port} failed at "${failed?.step ?? 'connect'}": ${failed?.detail ?? 'no answer'}`,
        where: 'remoteServer',
        expected: failed?.advice ?? 'An IMAP server that answers; skipVerification leaves the test out.',
      });
    }
    if (oauth === null || canTakeToken(report.loginMethods, oauth.mechanism)) return;
    throw new ProblemError('connectionFailed', {
      what: `${remoteServer}:${port} offers no login by a token; it offers ${report.loginMethods.join(', ')}.`,
      where: 'oauth.mechanism',
      expected: 'A server with XOAUTH2 or OAUTHBEARER; skipVerification leaves the test out.',
    });
  }

  private async record(access: RequestAccess, action: string, endpoint: Endpoint): Promise<void> {
    await this.store.audit.append({
      tenantId: access.tenantId,
      actor: access.actor,
      action,
      subject: endpoint.name,
      detail: { endpointId: endpoint.endpointId, remoteServer: endpoint.remoteServer, port: endpoint.port },
    });
  }
}

/** MaxConcurrentIncrementalSyncs may not exceed MaxConcurrentMigrations (Set-MigrationEndpoint). */
function requireConcurrency(
  endpoint: Pick<Endpoint, 'maxConcurrentMigrations' | 'maxConcurrentIncrementalSyncs'>,
): void {
  const initial = endpoint.maxConcurrentMigrations ?? Infinity;
  const incremental = endpoint.maxConcurrentIncrementalSyncs ?? Infinity;
  if (incremental <= initial) return;
  throw new ProblemError('requestInvalid', {
    what: 'maxConcurrentIncrementalSyncs is larger than maxConcurrentMigrations.',
    where: 'maxConcurrentIncrementalSyncs',
    expected: `At most ${initial}.`,
  });
}

function canTakeToken(
  methods: readonly string[],
  mechanism: NonNullable<Endpoint['oauth']>['mechanism'],
): boolean {
  const wanted = mechanism === 'auto' ? ['XOAUTH2', 'OAUTHBEARER'] : [mechanism];
  return methods.some((method) => wanted.includes(method.toUpperCase()));
}

function nameTaken(name: string): ProblemError {
  return new ProblemError('nameTaken', {
    what: `The migration endpoint "${name}" already exists.`,
    where: 'name',
    expected: 'A name that no endpoint of this tenant has; letter case makes no difference.',
  });
}
