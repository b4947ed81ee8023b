import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';

/** What is used of the key file of a service account, as Google's console makes it (JSON). */
export const googleKeySchema = z.object({
  type: z.literal('service_account'),
  client_email: z.string().min(1),
  private_key_id: z.string().min(1),
  private_key: z.string().min(1),
  token_uri: z.url().default('https://oauth2.googleapis.com/token'),
});
export type GoogleKey = z.output<typeof googleKeySchema>;

/** Reads a key file; null when it is none, or its private key is no RSA key. */
export function readGoogleKey(text: string): GoogleKey | null {
  try {
    const key = googleKeySchema.parse(JSON.parse(text));
    return createPrivateKey(key.private_key).asymmetricKeyType === 'rsa' ? key : null;
  } catch {
    return null;
  }
}
