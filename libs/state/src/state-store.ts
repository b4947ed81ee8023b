import type { Keyring } from '@sterna/secrets';
import { type Connection, createConnection } from 'mongoose';
import { BatchRepository } from './batch.repository.js';
import { CheckLaneRepository } from './check-lane.repository.js';
import { CheckRepository } from './check.repository.js';
import { CheckedMailboxRepository } from './checked-mailbox.repository.js';
import { endEndlessWrites } from './endless-write.js';
import { EndpointRepository } from './endpoint.repository.js';
import { FolderRepository } from './folder.repository.js';
import { LedgerRepository } from './ledger.repository.js';
import { PassRepository } from './pass.repository.js';
import { AuditRepository, ReportRepository } from './record.repository.js';
import { RowErrorRepository } from './row-error.repository.js';
import { SecretRepository } from './secret.repository.js';
import { SlotRepository } from './slot.repository.js';
import { ApiKeyRepository, TenantRepository } from './tenant.repository.js';
import { UserRepository } from './user.repository.js';

/**
 * All that Sterna remembers. Only single-document atomic operations are used: no transactions, so that every
 * collection can be sharded.
 */
export class StateStore {
  readonly tenants: TenantRepository;
  readonly apiKeys: ApiKeyRepository;
  readonly endpoints: EndpointRepository;
  readonly batches: BatchRepository;
  readonly rowErrors: RowErrorRepository;
  readonly users: UserRepository;
  readonly passes: PassRepository;
  readonly slots: SlotRepository;
  readonly folders: FolderRepository;
  readonly ledger: LedgerRepository;
  readonly secrets: SecretRepository;
  readonly reports: ReportRepository;
  readonly audit: AuditRepository;
  readonly checks: CheckRepository;
  readonly checkedMailboxes: CheckedMailboxRepository;
  readonly checkLanes: CheckLaneRepository;
  readonly #connection: Connection;

  private constructor(connection: Connection, keyring: Keyring) {
    this.#connection = connection;
    this.tenants = new TenantRepository(connection);
    this.apiKeys = new ApiKeyRepository(connection);
    this.endpoints = new EndpointRepository(connection);
    this.batches = new BatchRepository(connection);
    this.rowErrors = new RowErrorRepository(connection);
    this.users = new UserRepository(connection);
    this.passes = new PassRepository(connection);
    this.slots = new SlotRepository(connection);
    this.folders = new FolderRepository(connection);
    this.ledger = new LedgerRepository(connection);
    this.secrets = new SecretRepository(connection, keyring);
    this.reports = new ReportRepository(connection);
    this.audit = new AuditRepository(connection);
    this.checks = new CheckRepository(connection);
    this.checkedMailboxes = new CheckedMailboxRepository(connection);
    this.checkLanes = new CheckLaneRepository(connection);
  }

  /** Connects and makes sure of the indexes. `dbName` is that of the URL, else `sterna`. */
  static async connect(options: { url: string; keyring: Keyring; dbName?: string }): Promise<StateStore> {
    const dbName = options.dbName ?? databaseOf(options.url) ?? 'sterna';
    endEndlessWrites();
    const connection = createConnection(options.url, {
      dbName,
      maxPoolSize: 20,
      serverSelectionTimeoutMS: 30_000,
    });
    await connection.asPromise();
    const store = new StateStore(connection, options.keyring);
    for (const repository of store.#repositories()) await repository.ensureIndexes();
    return store;
  }

  #repositories(): { ensureIndexes(): Promise<void> }[] {
    const {
      tenants,
      apiKeys,
      endpoints,
      batches,
      rowErrors,
      users,
      passes,
      slots,
      folders,
      ledger,
      secrets,
      reports,
      audit,
      checks,
      checkedMailboxes,
      checkLanes,
    } = this;
    return [
      tenants,
      apiKeys,
      endpoints,
      batches,
      rowErrors,
      users,
      passes,
      slots,
      folders,
      ledger,
      secrets,
      reports,
      audit,
      checks,
      checkedMailboxes,
      checkLanes,
    ];
  }

  /** Whether the database answers now. */
  async isAlive(): Promise<boolean> {
    const answer = await this.#connection.db?.command({ ping: 1 });
    return answer?.['ok'] === 1;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

/** The database that a URL names; several hosts, as replica sets have them, are no URL to `new URL`. */
function databaseOf(url: string): string | null {
  return /^mongodb(?:\+srv)?:\/\/[^/]+\/([^?]+)/.exec(url)?.[1] ?? null;
}
