import { z } from 'zod';

const keyBytes = 32;

const keyringSchema = z.object({
  current: z.string().min(1),
  keys: z.record(z.string().min(1), z.base64()),
});

/** The keys that wrap data keys: `current` seals, all of them open. */
export interface Keyring {
  readonly current: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/** A keyring that cannot be used; the message names the key, never its bytes. */
export class KeyringError extends Error {
  override readonly name = 'KeyringError';
}

/**
 * Reads `{"current":"k2","keys":{"k1":"<base64 of 32 bytes>","k2":"…"}}`.
 * @throws KeyringError when it is no such JSON, a key has another length, or the current one is missing.
 */
export function createKeyring(json: string): Keyring {
  const parsed = keyringSchema.safeParse(parseJson(json));
  if (!parsed.success) {
    throw new KeyringError('a keyring is {"current": id, "keys": {id: base64 of 32 bytes}}', {
      cause: parsed.error,
    });
  }
  const keys = new Map<string, Buffer>();
  for (const [id, text] of Object.entries(parsed.data.keys)) {
    const key = Buffer.from(text, 'base64');
    if (key.length !== keyBytes)
      throw new KeyringError(`key ${id} has ${key.length} bytes, ${keyBytes} are expected`);
    keys.set(id, key);
  }
  if (!keys.has(parsed.data.current))
    throw new KeyringError(`the current key ${parsed.data.current} is not in the keyring`);
  return { current: parsed.data.current, keys };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
