import type { SourceLogin } from '@sterna/credentials';
import { createLogger } from '@sterna/platform';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { SourceServer } from './imap-connection.js';
import { ImapSession } from './imap-session.js';

const address = z.object({ host: z.string(), port: z.number() });
const fromEnvironment = (name: string): unknown => JSON.parse(process.env[name] ?? 'null');
const cyrus = z.object({ netnews: address, unix: address }).parse(fromEnvironment('STERNA_TEST_CYRUS'));
const servers = {
  Dovecot: address.parse(fromEnvironment('STERNA_TEST_DOVECOT')),
  Courier: address.parse(fromEnvironment('STERNA_TEST_COURIER')),
  'Cyrus with dots': cyrus.netnews,
  'Cyrus with slashes': cyrus.unix,
};
const logins = z
  .array(z.object({ name: z.string(), password: z.string() }))
  .parse(fromEnvironment('STERNA_TEST_LOGINS'));
const logger = createLogger({ service: 'test', level: 'fatal' });

async function foldersOf({ host, port }: z.infer<typeof address>, login: SourceLogin): Promise<string[]> {
  const server: SourceServer = {
    remoteServer: host,
    port,
    security: 'None',
    acceptUntrustedCertificates: false,
    caCertificate: null,
  };
  const session = await ImapSession.open({ server, login, userRoot: '', logger });
  const folders = await session.listFolders();
  await session.close();
  return folders.map(({ path }) => path.join('/'));
}

// servers answer a wrong password late, so all wait at once
describe.concurrent.each(Object.entries(servers))('%s', (_, server) => {
  describe.each(['AUTH=PLAIN', 'AUTH=LOGIN', 'LOGIN'] as const)('lets in by %s', (method) => {
    it.each(logins)('whose password is $password', async ({ name: userName, password }) => {
      expect(await foldersOf(server, { userName, password, method })).toContain('INBOX');
    });
  });

  it('lets in by the best way that it has whose password is beyond ASCII, and nobody else', async () => {
    const [login] = logins.filter(({ name }) => name === 'umlauts');
    const { name: userName = '', password = '' } = login ?? {};
    expect(await foldersOf(server, { userName, password })).toContain('INBOX');
    const refused = foldersOf(server, { userName, password: password.replace('ö', 'o') });
    await expect(refused).rejects.toMatchObject({ code: 'sourceLoginRefused' });
  });
});
