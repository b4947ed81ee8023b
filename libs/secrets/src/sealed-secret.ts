import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { MigrationError } from '@sterna/domain';
import type { Keyring } from './keyring.js';

/**
 * A secret at rest: sealed with a data key of its own (AES-256-GCM), which is wrapped with a key of the keyring
 * (AES-256-GCM again). All parts are base64; `iv` is 12 and `tag` 16 bytes (NIST SP 800-38D).
 */
export interface SealedSecret {
  version: 1;
  keyId: string;
  wrappedKey: string;
  wrappedIv: string;
  wrappedTag: string;
  iv: string;
  tag: string;
  ciphertext: string;
}

const algorithm = 'aes-256-gcm';

interface Box {
  iv: string;
  tag: string;
  ciphertext: string;
}

function lock(key: Buffer, plaintext: Buffer, associated: string): Box {
  const iv = randomBytes(12);
  const cipher = createCipheriv(algorithm, key, iv);
  cipher.setAAD(Buffer.from(associated, 'utf8'));
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  return {
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    ciphertext: ciphertext.toString('base64'),
  };
}

function unlock(key: Buffer, box: Box, associated: string): Buffer {
  const decipher = createDecipheriv(algorithm, key, Buffer.from(box.iv, 'base64'));
  decipher.setAAD(Buffer.from(associated, 'utf8'));
  decipher.setAuthTag(Buffer.from(box.tag, 'base64'));
  return Buffer.concat([decipher.update(Buffer.from(box.ciphertext, 'base64')), decipher.final()]);
}

/** Seals a secret; `associated` (its tenant and id) must be the same to open it, so it cannot be moved. */
export function sealSecret(keyring: Keyring, plaintext: Buffer, associated: string): SealedSecret {
  const dataKey = randomBytes(32);
  const wrapped = lock(wrappingKey(keyring, keyring.current), dataKey, associated);
  return {
    version: 1,
    keyId: keyring.current,
    wrappedKey: wrapped.ciphertext,
    wrappedIv: wrapped.iv,
    wrappedTag: wrapped.tag,
    ...lock(dataKey, plaintext, associated),
  };
}

/** @throws MigrationError secretUnreadable when the key is missing or anything was changed. */
export function openSecret(keyring: Keyring, sealed: SealedSecret, associated: string): Buffer {
  try {
    return unlock(unwrap(keyring, sealed, associated), sealed, associated);
  } catch (error) {
    throw unreadable(sealed.keyId, error);
  }
}

/** Wraps the data key with the current key of the keyring; the sealed content stays as it is. */
export function rewrapSecret(keyring: Keyring, sealed: SealedSecret, associated: string): SealedSecret {
  if (sealed.keyId === keyring.current) return sealed;
  try {
    const wrapped = lock(
      wrappingKey(keyring, keyring.current),
      unwrap(keyring, sealed, associated),
      associated,
    );
    return {
      ...sealed,
      keyId: keyring.current,
      wrappedKey: wrapped.ciphertext,
      wrappedIv: wrapped.iv,
      wrappedTag: wrapped.tag,
    };
  } catch (error) {
    throw unreadable(sealed.keyId, error);
  }
}

function unwrap(keyring: Keyring, sealed: SealedSecret, associated: string): Buffer {
  const box = { iv: sealed.wrappedIv, tag: sealed.wrappedTag, ciphertext: sealed.wrappedKey };
  return unlock(wrappingKey(keyring, sealed.keyId), box, associated);
}

function wrappingKey(keyring: Keyring, id: string): Buffer {
  const key = keyring.keys.get(id);
  if (key === undefined) throw new Error(`the keyring has no key ${id}`);
  return key;
}

function unreadable(keyId: string, cause: unknown): MigrationError {
  return new MigrationError({
    code: 'secretUnreadable',
    scope: 'account',
    retry: { kind: 'never' },
    message: `a secret sealed with key ${keyId} cannot be opened: the key is missing or the secret was changed`,
    cause,
  });
}
