import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { ParsedCollection } from './collection.js';
import { type ApiKey, apiKeySchema, type MigrationConfig, type Tenant, tenantSchema } from './documents.js';

/** Tenants and where their mail goes. */
export class TenantRepository {
  readonly #tenants: ParsedCollection<typeof tenantSchema>;

  constructor(connection: Connection) {
    this.#tenants = new ParsedCollection(connection, 'tenants', tenantSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#tenants.index({ tenantId: 1 }, { unique: true });
  }

  create(tenant: Tenant): Promise<void> {
    return this.#tenants.insert(tenant);
  }

  find(tenantId: string): Promise<Tenant | null> {
    return this.#tenants.findOne({ tenantId });
  }

  list(): Promise<Tenant[]> {
    return this.#tenants.find({}, { sort: { tenantId: 1 } });
  }

  /** Set-MigrationConfig; null when there is no such tenant. */
  setConfig(tenantId: string, config: MigrationConfig): Promise<Tenant | null> {
    return this.#tenants.change({ tenantId }, { $set: { config } });
  }

  setTarget(tenantId: string, target: NonNullable<Tenant['target']>): Promise<Tenant | null> {
    return this.#tenants.change({ tenantId }, { $set: { target } });
  }
}

/** Keys of the API; each belongs to one tenant. */
export class ApiKeyRepository {
  readonly #keys: ParsedCollection<typeof apiKeySchema>;

  constructor(connection: Connection) {
    this.#keys = new ParsedCollection(connection, 'apiKeys', apiKeySchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#keys.index({ hash: 1 }, { unique: true });
  }

  /** The key is returned once and cannot be read again. */
  async create(tenantId: string, name: string): Promise<{ keyId: string; key: string }> {
    const key = `sterna_${randomBytes(32).toString('base64url')}`;
    const keyId = randomUUID();
    await this.#keys.insert({ keyId, tenantId, name, hash: hashOf(key), createdAt: new Date() });
    return { keyId, key };
  }

  find(key: string): Promise<ApiKey | null> {
    return this.#keys.findOne({ hash: hashOf(key) });
  }

  async revoke(tenantId: string, keyId: string): Promise<boolean> {
    return (await this.#keys.removeMany({ tenantId, keyId })) === 1;
  }
}

const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
