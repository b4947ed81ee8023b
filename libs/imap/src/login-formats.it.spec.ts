import { loginNamesOf } from '@sterna/credentials';
import { type EmulatedLogin, ImapEmulator } from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, expect, it } from 'vitest';
import type { SourceServer } from './imap-connection.js';
import { ImapSession } from './imap-session.js';

let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

const logger = createLogger({ service: 'test', level: 'fatal' });
const settings = { userNameFormat: 'auto', userNameSeparator: '*', authorizationIdentity: false } as const;

async function logInAs(userName: string, password: string, capabilities: string[]): Promise<EmulatedLogin> {
  emulator = await ImapEmulator.start({
    capabilities: ['IMAP4rev1', ...capabilities],
    logIn: (login) => (login.userName === userName && login.password === password ? null : 'no'),
  });
  const server: SourceServer = {
    remoteServer: '127.0.0.1',
    port: emulator.port,
    security: 'None',
    acceptUntrustedCertificates: false,
    caCertificate: null,
  };
  const { reading: _, ...names } = loginNamesOf(userName, settings);
  const session = await ImapSession.open({ server, login: { ...names, password }, userRoot: '', logger });
  await session.close();
  const [login] = emulator.logins;
  if (login === undefined) throw new Error('nobody logged in');
  return login;
}

const names = [
  'contoso-students/mailadmin/terry.adams',
  '#terry.adams@contoso-students.edu#mailadmin#',
  'terry.adams*mailadmin',
  'a*b',
  '#x',
  'o/b',
  'CONTOSO\\terry',
  'terry "the boss" adams',
];
const methods = [['AUTH=PLAIN', 'SASL-IR'], ['AUTH=PLAIN'], []];

it.each(
  methods.flatMap((method) => names.map((name) => [name, method.join(' ') || 'LOGIN', method] as const)),
)('the server gets %s exactly as it stands, by %s', async (name, _, method) => {
  const login = await logInAs(name, 'P@ssw0rd', [...method]);
  expect(login).toMatchObject({ userName: name, password: 'P@ssw0rd', authorizeAs: '' });
});
