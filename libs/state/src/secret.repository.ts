import { randomUUID } from 'node:crypto';
import { MigrationError } from '@sterna/domain';
import { type Keyring, openSecret, rewrapSecret, sealSecret } from '@sterna/secrets';
import type { Connection } from 'mongoose';
import { z } from 'zod';
import { ParsedCollection } from './collection.js';

const text = z.string();
const secretSchema = z.object({
  secretId: text,
  tenantId: text,
  /** The document that the secret belongs to; it goes when its owner goes. */
  ownerId: text,
  sealed: z.object({
    version: z.literal(1),
    keyId: text,
    wrappedKey: text,
    wrappedIv: text,
    wrappedTag: text,
    iv: text,
    tag: text,
    ciphertext: text,
  }),
});

/** Passwords and client secrets, sealed; each bound to its tenant and id. */
export class SecretRepository {
  readonly #secrets: ParsedCollection<typeof secretSchema>;

  constructor(
    connection: Connection,
    private readonly keyring: Keyring,
  ) {
    this.#secrets = new ParsedCollection(connection, 'secrets', secretSchema);
  }

  async ensureIndexes(): Promise<void> {
    await this.#secrets.index({ secretId: 1 }, { unique: true });
    await this.#secrets.index({ tenantId: 1, ownerId: 1 });
  }

  /** Seals a value that JSON can hold; returns the id to open it by. */
  async put(tenantId: string, ownerId: string, value: unknown): Promise<string> {
    const [secretId = ''] = await this.putMany(tenantId, [{ ownerId, value }]);
    return secretId;
  }

  /** Seals many values at once, in the order given. */
  async putMany(tenantId: string, values: { ownerId: string; value: unknown }[]): Promise<string[]> {
    const secrets = values.map(({ ownerId, value }) => {
      const secretId = randomUUID();
      const plaintext = Buffer.from(JSON.stringify(value), 'utf8');
      return {
        secretId,
        tenantId,
        ownerId,
        sealed: sealSecret(this.keyring, plaintext, bind(tenantId, secretId)),
      };
    });
    await this.#secrets.insertMany(secrets);
    return secrets.map((secret) => secret.secretId);
  }

  /** @throws MigrationError secretUnreadable when it is gone or cannot be opened. */
  async open(tenantId: string, secretId: string): Promise<unknown> {
    const secret = await this.#secrets.findOne({ tenantId, secretId });
    if (secret === null) {
      throw new MigrationError({
        code: 'secretUnreadable',
        scope: 'account',
        retry: { kind: 'never' },
        message: `the secret ${secretId} does not exist any more`,
      });
    }
    return JSON.parse(openSecret(this.keyring, secret.sealed, bind(tenantId, secretId)).toString('utf8'));
  }

  /** Puts another value in the place of a secret, which keeps its id; one that was removed meanwhile stays removed. */
  async replace(tenantId: string, secretId: string, value: unknown): Promise<void> {
    const plaintext = Buffer.from(JSON.stringify(value), 'utf8');
    const sealed = sealSecret(this.keyring, plaintext, bind(tenantId, secretId));
    await this.#secrets.change({ tenantId, secretId }, { $set: { sealed } });
  }

  /** Removes all secrets of an owner. */
  removeOwner(tenantId: string, ownerId: string): Promise<number> {
    return this.removeOwners(tenantId, [ownerId]);
  }

  /** Removes all secrets of these owners at once. */
  removeOwners(tenantId: string, ownerIds: readonly string[]): Promise<number> {
    return this.#secrets.removeMany({ tenantId, ownerId: { $in: [...ownerIds] } });
  }

  /** Removes secrets by id. */
  removeMany(tenantId: string, secretIds: readonly string[]): Promise<number> {
    return this.#secrets.removeMany({ tenantId, secretId: { $in: [...secretIds] } });
  }

  /** Wraps every secret with the current key; says how many were changed. */
  async rewrap(): Promise<number> {
    let changed = 0;
    for (const secret of await this.#secrets.find({ 'sealed.keyId': { $ne: this.keyring.current } })) {
      const sealed = rewrapSecret(this.keyring, secret.sealed, bind(secret.tenantId, secret.secretId));
      await this.#secrets.change({ secretId: secret.secretId }, { $set: { sealed } });
      changed += 1;
    }
    return changed;
  }
}

const bind = (tenantId: string, secretId: string): string => `${tenantId}/${secretId}`;
