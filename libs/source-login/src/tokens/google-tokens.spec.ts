import { generateKeyPairSync, verify } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readGoogleKey } from './google-key.js';
import { googleAssertion } from './google-tokens.js';

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const file = {
  type: 'service_account',
  client_email: 'sterna@project.iam.gserviceaccount.com',
  private_key_id: 'k1',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  token_uri: 'https://oauth2.googleapis.com/token',
  universe_domain: 'googleapis.com',
};

const decode = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

describe('the assertion of a service account', () => {
  it('is signed by its key, for one user, one scope and one hour', () => {
    const key = readGoogleKey(JSON.stringify(file));
    expect(key).not.toBeNull();
    const mailbox = { user: 'terry@contoso.com', scope: 'https://mail.google.com/' };
    const [header, claims, signature = ''] = googleAssertion(key!, mailbox, 1_700_000_000_500).split('.');
    expect(decode(header)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'k1' });
    expect(decode(claims)).toEqual({
      iss: file.client_email,
      sub: 'terry@contoso.com',
      scope: 'https://mail.google.com/',
      aud: file.token_uri,
      iat: 1_700_000_000,
      exp: 1_700_003_600,
    });
    const signed = Buffer.from(`${header ?? ''}.${claims ?? ''}`);
    expect(verify('RSA-SHA256', signed, publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
  });
});

describe('a key file', () => {
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  it.each([
    ['text', 'not json'],
    ['an OAuth client', JSON.stringify({ installed: { client_id: 'x' } })],
    ['a file without a key', JSON.stringify({ ...file, private_key: undefined })],
    ['a broken key', JSON.stringify({ ...file, private_key: '-----BEGIN PRIVATE KEY-----\nAAAA\n' })],
    [
      'a key that cannot sign RS256',
      JSON.stringify({
        ...file,
        private_key: elliptic.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }),
    ],
  ])('is not %s', (_, text) => {
    expect(readGoogleKey(text)).toBeNull();
  });

  it('goes to Google where it names no token endpoint', () => {
    const key = readGoogleKey(JSON.stringify({ ...file, token_uri: undefined }));
    expect(key?.token_uri).toBe('https://oauth2.googleapis.com/token');
  });
});
