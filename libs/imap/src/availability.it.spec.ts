import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testAvailability } from './availability.js';
import type { SourceServer } from './imap-connection.js';

const directory = mkdtempSync(path.join(tmpdir(), 'certificates-'));
const file = (name: string): string => path.join(directory, name);
const openssl = (...args: string[]): void => {
  execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
};

/** Makes the certificate NAME.pem, signed by itself or by another one. */
function certify(name: string, subject: string, { by = name, days = '1', isAuthority = false } = {}): void {
  const request = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${subject}`];
  const extension = isAuthority ? 'basicConstraints=critical,CA:TRUE' : `subjectAltName=DNS:${subject}`;
  openssl('req', ...request, '-addext', extension, '-out', `${name}.csr`);
  const signer = by === name ? ['-signkey', `${name}.key`] : ['-CA', `${by}.pem`, '-CAkey', `${by}.key`];
  const extensions = ['-copy_extensions', 'copy', '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signer,
    ...extensions,
    '-days',
    days,
    '-out',
    `${name}.pem`,
  );
}

beforeAll(() => {
  certify('self', 'localhost');
  certify('authority', 'Test Authority', { isAuthority: true });
  certify('issued', 'localhost', { by: 'authority' });
  certify('expired', 'localhost', { days: '-1' });
  certify('other', 'mail.contoso.example');
});
afterAll(() => rmSync(directory, { recursive: true }));

const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function listen(server: Server): Promise<SourceServer> {
  servers.push(server);
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const { port }: Pick<AddressInfo, 'port'> =
    typeof address === 'object' && address !== null ? address : { port: 0 };
  const trust = { acceptUntrustedCertificates: false, caCertificate: null };
  return { remoteServer: 'localhost', port, security: 'Ssl', ...trust };
}

/** An IMAP server behind TLS that only answers CAPABILITY. */
function tlsServer(name: string, chain: string[] = []): Promise<SourceServer> {
  const cert = [name, ...chain].map((part) => readFileSync(file(`${part}.pem`), 'utf8')).join('');
  const server = createTlsServer({ key: readFileSync(file(`${name}.key`)), cert }, (socket) => {
    socket.on('error', () => undefined);
    socket.write('* OK ready\r\n');
    socket.on('data', () => socket.write('* CAPABILITY IMAP4rev1\r\nC1 OK done\r\n'));
  });
  return listen(server);
}

const plainServer = (greeting: string, answer = ''): Promise<SourceServer> =>
  listen(
    createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(greeting);
      socket.on('data', () => socket.write(answer));
    }),
  );

const pem = (name: string): string => readFileSync(file(`${name}.pem`), 'utf8');

describe('a certificate that is not trusted', () => {
  const chains = [
    {
      name: 'self',
      sent: [],
      chain: ['localhost'],
      says: ['self-signed', 'give the certificate itself as CaCertificate'],
    },
    {
      name: 'issued',
      sent: ['authority'],
      chain: ['localhost', 'Test Authority'],
      says: ['an authority that is not trusted here', 'give the certificate of that authority'],
    },
    {
      name: 'issued',
      sent: [],
      chain: ['localhost'],
      says: ['of its issuer Test Authority was not sent', 'send the whole chain'],
    },
  ];
  it.each(chains)('$name with $sent is shown with its chain', async ({ name, sent, chain, says }) => {
    const [problem, advice] = says;
    const report = await testAvailability(await tlsServer(name, sent));
    expect(report).toMatchObject({ ok: false, tls: { subject: 'localhost', chain, isTrusted: false } });
    expect(report.steps.at(-1)).toMatchObject({ step: 'tls', ok: false });
    expect(report.steps.at(-1)?.detail).toContain(problem);
    expect(report.steps.at(-1)?.advice).toContain(advice);
  });

  it('has expired, and the day is named', async () => {
    const server = { ...(await tlsServer('expired')), caCertificate: pem('expired') };
    const report = await testAvailability(server);
    expect(report.steps.at(-1)?.detail).toMatch(/^the certificate expired on \w{3} /u);
    expect(Date.parse(report.tls?.validTo ?? '')).toBeLessThan(Date.now());
  });

  it('is for another name, and that is named', async () => {
    const server = { ...(await tlsServer('other')), caCertificate: pem('other') };
    const report = await testAvailability(server);
    expect(report.steps.at(-1)?.detail).toBe(
      'the certificate is for mail.contoso.example, not for localhost',
    );
  });

  it('may be accepted, which is said', async () => {
    const server = { ...(await tlsServer('self')), acceptUntrustedCertificates: true };
    const report = await testAvailability(server);
    expect(report).toMatchObject({ ok: true, tls: { isTrusted: false } });
    expect(report.steps[2]?.detail).toContain('not trusted, which is accepted');
  });

  it('is trusted with the certificate of its authority', async () => {
    const server = { ...(await tlsServer('issued')), caCertificate: pem('authority') };
    expect(await testAvailability(server)).toMatchObject({ ok: true, tls: { isTrusted: true } });
  });
});

describe('a port that is another one', () => {
  it('begins in the clear where TLS is wanted', async () => {
    const report = await testAvailability(await plainServer('* OK ready\r\n'));
    expect(report.steps.at(-1)).toMatchObject({ step: 'tls', detail: 'the server does not begin with TLS' });
    expect(report.steps.at(-1)?.advice).toContain('try Security Tls');
  });

  it('wants TLS at once where STARTTLS is wanted', { timeout: 30_000 }, async () => {
    const report = await testAvailability({ ...(await tlsServer('self')), security: 'Tls' });
    expect(report.steps.at(-1)).toMatchObject({ step: 'greeting', detail: 'the server says nothing' });
    expect(report.steps.at(-1)?.advice).toContain('try Security Ssl');
  });

  it('offers no STARTTLS', async () => {
    const server = await plainServer('* OK ready\r\n', 'S1 BAD unknown command\r\n');
    const report = await testAvailability({ ...server, security: 'Tls' });
    expect(report.steps.at(-1)?.advice).toContain('the server offers no STARTTLS here');
  });

  it.each(['220 mail ESMTP\r\n', '* BYE too busy\r\n'])('greets with %j', async (greeting) => {
    const report = await testAvailability({ ...(await plainServer(greeting)), security: 'None' });
    expect(report.steps.at(-1)).toMatchObject({ step: 'greeting', ok: false });
    expect(report.steps.at(-1)?.detail).toContain(greeting.trim());
  });
});
