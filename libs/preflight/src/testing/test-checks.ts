import { randomBytes, randomUUID } from 'node:crypto';
import { createLogger } from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import {
  type Batch,
  defaultMigrationConfig,
  type Endpoint,
  type MigrationUser,
  StateStore,
} from '@sterna/state';
import { SourceLogins } from '@sterna/source-login';
import { z } from 'zod';
import { CheckRunner } from '../check-runner.js';
import { CheckTargets } from '../check-targets.js';
import { mailboxCheck, type MailboxCheck } from '../mailbox-check.js';
import { serverKeyOf } from '../source-login.js';

const exchange = z
  .object({ url: z.string(), tenant: z.string(), clientId: z.string(), clientSecret: z.string() })
  .parse(JSON.parse(process.env['STERNA_TEST_EXCHANGE'] ?? 'null'));
const past = new Date(0);
export const logger = createLogger({ service: 'test', level: 'fatal' });

/** A database of its own for one test file. */
export function connectStore(): Promise<StateStore> {
  const keyring = { current: 'k', keys: { k: randomBytes(32).toString('base64') } };
  return StateStore.connect({
    url: process.env['STERNA_TEST_MONGODB_URL'] ?? '',
    keyring: createKeyring(JSON.stringify(keyring)),
    dbName: `preflight-${randomUUID().slice(0, 8)}`,
  });
}

/** Login and password of a mailbox, and where it goes. */
export interface TestRow {
  userName: string;
  password?: string;
  emailAddress?: string;
}

/** A batch of a tenant of its own, whose source listens on a port of this machine. */
export class TestBatch {
  readonly tenantId = `t-${randomUUID()}`;
  readonly batchId = randomUUID();
  readonly endpointId = randomUUID();
  readonly runners: CheckRunner[] = [];

  private constructor(
    readonly store: StateStore,
    private readonly port: number,
  ) {}

  static async create(store: StateStore, port: number, rows: readonly TestRow[]): Promise<TestBatch> {
    const batch = new TestBatch(store, port);
    await batch.#prepare();
    await batch.add(rows);
    return batch;
  }

  async #prepare(): Promise<void> {
    const { store, tenantId } = this;
    const clientSecretId = await store.secrets.put(tenantId, 'target', {
      clientSecret: exchange.clientSecret,
    });
    const target = {
      ...{ graphUrl: exchange.url, authorityUrl: exchange.url, clientSecretId },
      ...{ entraTenantId: exchange.tenant, clientId: exchange.clientId },
    };
    const config = defaultMigrationConfig;
    await store.tenants.create({
      ...{ tenantId, name: 'Test', target, keepSubjects: false, config, createdAt: past },
    });
    await store.endpoints.create(this.#endpoint());
    await store.batches.create(this.#batch());
  }

  async add(rows: readonly TestRow[]): Promise<void> {
    await this.store.users.insertMany(await Promise.all(rows.map((row) => this.#user(row))));
  }

  #endpoint(): Endpoint {
    return {
      ...{
        endpointId: this.endpointId,
        tenantId: this.tenantId,
        name: 'imap',
        nameKey: 'imap',
        type: 'IMAP',
      },
      ...{ remoteServer: '127.0.0.1', port: this.port, security: 'None' },
      ...{ acceptUntrustedCertificates: false, caCertificate: null, certificateFingerprint: null },
      ...{
        minimumTlsVersion: 'TLSv1.2',
        copyPerLabel: false,
        oauth: null,
        passwordSource: 'csv',
        folderMapping: [],
      },
      ...{ userNameFormat: 'auto', userNameSeparator: '*', authorizationIdentity: false },
      ...{ maxConcurrentMigrations: 100, maxConcurrentIncrementalSyncs: 20, createdAt: past },
    };
  }

  #batch(): Batch {
    const { tenantId, batchId, endpointId } = this;
    return {
      ...{ batchId, tenantId, endpointId, name: 'b', nameKey: 'b', status: 'Created', statusHistory: [] },
      ...{ totalCount: 0, excludeFolders: [], includeFolders: [], receivedFrom: null, receivedTo: null },
      ...{ contentFilter: null, badItemLimit: null, largeItemLimit: null, targetDeliveryDomain: null },
      ...{ timeZone: 'UTC', largeItemLimitBytes: 36_700_160, maxItems: 500_000 },
      ...{ incrementalSyncIntervalMs: 86_400_000, startAfter: null, completeAfter: null },
      ...{ notificationEmails: [], reportIntervalMs: 0, skipReports: true, lastReportAt: null },
      ...{ skipDetails: false, createdAt: past, createdBy: 'test', mxSwitchedAt: null, quietSince: null },
      ...{ startedAt: null, lastSyncedAt: null, idempotencyKey: null, forgetLedger: false },
    };
  }

  async #user({ userName, password = 'right', emailAddress }: TestRow): Promise<MigrationUser> {
    const { tenantId, batchId, endpointId } = this;
    const userId = randomUUID();
    const credentialsSecretId = await this.store.secrets.put(tenantId, userId, { password });
    const address = emailAddress ?? `${userId}@test.example`;
    return {
      ...{ userId, tenantId, batchId, endpointId, emailAddress: address, userName, userRoot: '' },
      ...{ credentialsSecretId, pairId: userId, status: 'Validating', statusHistory: [], error: null },
      ...{ passNumber: 0, activePassId: null, attempt: 0, notBefore: past, nextSyncAt: null, syncNow: false },
      ...{ lastSuccessfulSyncAt: null, startAfter: null, completeAfter: null, skippedItemsApprovedAt: null },
      ...{ queuedAt: null, arrivedAtFailure: 0, createdAt: past },
    };
  }

  /** Begins a check; gives its id. */
  async check(settings: { pauseMs?: number; onlyFailed?: boolean } = {}): Promise<string> {
    const { tenantId, batchId, endpointId } = this;
    const checkId = randomUUID();
    const started = await this.store.checks.start({
      ...{
        checkId,
        tenantId,
        batchId,
        endpointId,
        serverKey: serverKeyOf(this.#endpoint()),
        state: 'preparing',
      },
      settings: { pauseMs: 0, mailboxSeconds: 60, onlyFailed: false, ...settings },
      ...{ createdAt: new Date(), createdBy: 'test', endedAt: null, totalCount: 0, goodLogins: [] },
      ...{ owner: '', until: past },
    });
    if (started === null) throw new Error('a check is under way');
    return checkId;
  }

  /** One more replica that works on checks. */
  startRunner(slots = 4): CheckRunner {
    const { store } = this;
    const logins = new SourceLogins({ secrets: store.secrets, passwords: null });
    const runner = new CheckRunner(
      { store, logins, logger, targets: new CheckTargets(store, logger) },
      slots,
    );
    this.runners.push(runner);
    runner.start();
    return runner;
  }

  async state(): Promise<string> {
    return (await this.store.checks.find(this.tenantId, this.batchId))?.state ?? 'none';
  }

  async results(checkId: string): Promise<MailboxCheck[]> {
    const rows = await this.store.checkedMailboxes.list(checkId, { limit: 1_000, cursor: null });
    return rows.map(({ json }) => mailboxCheck.parse(JSON.parse(json ?? 'null')));
  }

  async stop(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }
}
