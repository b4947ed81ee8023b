import type { Connection } from 'mongoose';
import { ParsedCollection } from './collection.js';
import { type Endpoint, endpointSchema } from './documents.js';

/** Names are compared without regard to letter case, as Exchange does. */
export const nameKeyOf = (name: string): string => name.toLowerCase();

export class EndpointRepository {
  readonly #endpoints: ParsedCollection<typeof endpointSchema>;

  constructor(connection: Connection) {
    this.#endpoints = new ParsedCollection(connection, 'endpoints', endpointSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#endpoints.index({ tenantId: 1, nameKey: 1 }, { unique: true });
    await this.#endpoints.index({ endpointId: 1 }, { unique: true });
  }

  /** Rejects with a duplicate-key error when the tenant has an endpoint of this name. */
  create(endpoint: Endpoint): Promise<void> {
    return this.#endpoints.insert(endpoint);
  }

  findByName(tenantId: string, name: string): Promise<Endpoint | null> {
    return this.#endpoints.findOne({ tenantId, nameKey: nameKeyOf(name) });
  }

  find(tenantId: string, endpointId: string): Promise<Endpoint | null> {
    return this.#endpoints.findOne({ tenantId, endpointId });
  }

  list(tenantId: string): Promise<Endpoint[]> {
    return this.#endpoints.find({ tenantId }, { sort: { nameKey: 1 } });
  }

  /** Saves its settings; its name and whose it is stay. Null when it is gone. */
  change(endpoint: Endpoint): Promise<Endpoint | null> {
    const { endpointId, tenantId, name: _, nameKey: __, type: ___, createdAt: ____, ...settings } = endpoint;
    return this.#endpoints.change({ tenantId, endpointId }, { $set: settings });
  }

  async remove(tenantId: string, endpointId: string): Promise<boolean> {
    return (await this.#endpoints.removeMany({ tenantId, endpointId })) === 1;
  }
}
