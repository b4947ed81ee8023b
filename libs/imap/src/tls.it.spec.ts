import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { testAvailability } from './availability.js';
import type { SourceServer } from './imap-connection.js';
import { ImapSession } from './imap-session.js';

const logger = createLogger({ service: 'test', level: 'fatal' });
const contoso = certificateFor('imap.contoso.example', 'imap.contoso.example');
const localhost = certificateFor('localhost', 'localhost');

/** A certificate that is its own authority. */
function certificateFor(commonName: string, dnsName: string) {
  const directory = mkdtempSync(path.join(tmpdir(), 'sterna-tls-'));
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(directory, name));
  if (key === undefined || certificate === undefined) throw new Error('no files');
  // RSA, for TLS 1.1 has no certificate of another kind that every build of OpenSSL takes
  const kind = ['-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${commonName}`];
  const name = ['-addext', `subjectAltName=DNS:${dnsName}`];
  execFileSync('openssl', ['req', '-x509', ...kind, ...name, '-keyout', key, '-out', certificate], {
    stdio: 'ignore',
  });
  const made = { key: readFileSync(key, 'utf8'), certificate: readFileSync(certificate, 'utf8') };
  rmSync(directory, { recursive: true });
  return { ...made, fingerprint: new X509Certificate(made.certificate).fingerprint256 };
}

let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

const securities = ['Ssl', 'Tls'] as const;

async function serve(
  security: SourceServer['security'],
  options: ImapEmulatorOptions & { pair?: typeof localhost; maxVersion?: 'TLSv1.1' } = {},
): Promise<Pick<SourceServer, 'remoteServer' | 'port' | 'security'>> {
  const { pair = localhost, maxVersion, ...rest } = options;
  const tls = {
    ...pair,
    isImplicit: security === 'Ssl',
    ...(maxVersion !== undefined && { maxVersion }),
  };
  emulator = await ImapEmulator.start({ capabilities: ['IMAP4rev1', 'STARTTLS'], tls, ...rest });
  return { remoteServer: 'localhost', port: emulator.port, security };
}

/** Whether the reader and the connection test both come to the same end; the code of the error, or null. */
async function connect(server: SourceServer): Promise<string | null> {
  const login = { userName: 'terry', password: 'secret' };
  const report = await testAvailability(server);
  try {
    const session = await ImapSession.open({ server, login, userRoot: '', logger });
    await session.close();
    expect(report).toMatchObject({ ok: true });
    return null;
  } catch (error) {
    expect(report.ok).toBe(false);
    expect(emulator?.logins).toEqual([]);
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
}

const distrusting = { acceptUntrustedCertificates: false, caCertificate: null };

describe.each(securities)('with Security %s a server', (security) => {
  it('whose certificate nobody vouches for is refused', async () => {
    const server = await serve(security);
    expect(await connect({ ...server, ...distrusting })).toBe('sourceCertificateRefused');
  });

  it('is trusted by its authority, but not under another name', async () => {
    const server = await serve(security);
    expect(await connect({ ...server, ...distrusting, caCertificate: localhost.certificate })).toBeNull();
    await emulator?.stop();
    const other = await serve(security, { pair: contoso });
    expect(await connect({ ...other, ...distrusting, caCertificate: contoso.certificate })).toBe(
      'sourceCertificateRefused',
    );
  });

  it('is taken with any certificate where the endpoint says so', async () => {
    const server = await serve(security, { pair: contoso });
    expect(await connect({ ...server, ...distrusting, acceptUntrustedCertificates: true })).toBeNull();
  });

  it.each([
    ['as OpenSSL writes it', (text: string) => text],
    ['without colons, in lower case', (text: string) => text.replaceAll(':', '').toLowerCase()],
  ])('is known by its fingerprint, %s, whoever signed it and whatever its name', async (_, write) => {
    const server = await serve(security, { pair: contoso });
    const certificateFingerprint = write(contoso.fingerprint);
    expect(await connect({ ...server, ...distrusting, certificateFingerprint })).toBeNull();
  });

  it('with another certificate than the pinned one gets no password, even if any other would be taken', async () => {
    const server = await serve(security);
    const pinned = { certificateFingerprint: contoso.fingerprint, caCertificate: localhost.certificate };
    for (const acceptUntrustedCertificates of [false, true]) {
      expect(await connect({ ...server, ...pinned, acceptUntrustedCertificates })).toBe(
        'sourceCertificateRefused',
      );
    }
  });

  it('that knows only an old TLS is reached only where the endpoint allows it', async () => {
    const server = await serve(security, { maxVersion: 'TLSv1.1' });
    const trusting = { ...server, ...distrusting, caCertificate: localhost.certificate };
    expect(await connect(trusting)).toBe('sourceTlsRefused');
    expect(await connect({ ...trusting, minimumTlsVersion: 'TLSv1.1' })).toBeNull();
  });
});

describe('STARTTLS', () => {
  const trusting = { ...distrusting, caCertificate: localhost.certificate };

  it('that the server does not offer is no reason to send a password in plain text', async () => {
    const server = await serve('Tls', { capabilities: ['IMAP4rev1'] });
    expect(await connect({ ...server, ...trusting })).toBe('sourceTlsRefused');
  });

  it('that the server refuses is no reason either', async () => {
    const server = await serve('Tls', {
      react: ({ name, tag }) => (name === 'STARTTLS' ? { kind: 'say', text: `${tag} NO not now\r\n` } : null),
    });
    expect(await connect({ ...server, ...trusting })).toBe('sourceTlsRefused');
  });

  it('after which something was put into the plain text ends the connection', async () => {
    const injected = '{tag} OK begin TLS\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN X-INJECTED\r\n';
    const server = await serve('Tls', {
      react: ({ name }) => (name === 'STARTTLS' ? { kind: 'say', text: injected } : null),
    });
    const login = { userName: 'terry', password: 'secret' };
    const opening = ImapSession.open({ server: { ...server, ...trusting }, login, userRoot: '', logger });
    await expect(opening).rejects.toMatchObject({ code: 'sourceTlsRefused', retry: { kind: 'never' } });
    expect(emulator?.logins).toEqual([]);
  });

  it('is not tried where the endpoint wants none', async () => {
    const server = await serve('None');
    expect(await connect({ ...server, ...distrusting })).toBeNull();
    expect(emulator?.commands.map(({ name }) => name)).not.toContain('STARTTLS');
  });

  it('after which the capabilities are asked for again: those of the plain text may be forged', async () => {
    const forged = ['IMAP4rev1', 'STARTTLS', 'LOGINDISABLED'];
    const server = await serve('Tls', {
      react: ({ name, tag }, { isTls }) =>
        name === 'CAPABILITY' && !isTls
          ? { kind: 'say', text: `* CAPABILITY ${forged.join(' ')}\r\n${tag} OK\r\n` }
          : null,
    });
    expect(await connect({ ...server, ...trusting })).toBeNull();
  });
});
