import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyring, KeyringError } from './keyring.js';
import { openSecret, rewrapSecret, type SealedSecret, sealSecret } from './sealed-secret.js';

const keys = { k1: randomBytes(32).toString('base64'), k2: randomBytes(32).toString('base64') };
const oldRing = createKeyring(JSON.stringify({ current: 'k1', keys: { k1: keys.k1 } }));
const bothRing = createKeyring(JSON.stringify({ current: 'k2', keys }));
const newRing = createKeyring(JSON.stringify({ current: 'k2', keys: { k2: keys.k2 } }));

describe('a sealed secret', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, associated) => {
        const plaintext = Buffer.from(bytes);
        expect(
          openSecret(oldRing, sealSecret(oldRing, plaintext, associated), associated).equals(plaintext),
        ).toBe(true);
      }),
    );
  });

  it('does not open for another tenant or id', () => {
    const sealed = sealSecret(oldRing, Buffer.from('x'), 'contoso/1');
    expect(() => openSecret(oldRing, sealed, 'fabrikam/1')).toThrow(/cannot be opened/);
  });

  it.each(['ciphertext', 'tag', 'iv', 'wrappedKey', 'wrappedTag', 'wrappedIv'] as const)(
    'does not open when its %s was changed',
    (part) => {
      const sealed: SealedSecret = sealSecret(oldRing, Buffer.from('a secret'), 'a');
      const bytes = Buffer.from(sealed[part], 'base64');
      bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      expect(() => openSecret(oldRing, { ...sealed, [part]: bytes.toString('base64') }, 'a')).toThrow(/k1/);
    },
  );

  it('opens with the new key alone after it was wrapped again', () => {
    const sealed = sealSecret(oldRing, Buffer.from('a secret'), 'a');
    expect(() => openSecret(newRing, sealed, 'a')).toThrow(/k1/);
    const rewrapped = rewrapSecret(bothRing, sealed, 'a');
    expect(openSecret(newRing, rewrapped, 'a').toString()).toBe('a secret');
    expect(rewrapped.ciphertext).toBe(sealed.ciphertext);
  });
});

describe('a keyring', () => {
  it.each(['', '{}', '{"current":"k1","keys":{}}', '{"current":"k1","keys":{"k1":"AAAA"}}'])(
    'is not %s',
    (json) => {
      expect(() => createKeyring(json)).toThrow(KeyringError);
    },
  );
});
