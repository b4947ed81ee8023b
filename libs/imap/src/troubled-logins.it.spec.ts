import { ImapEmulator, type ImapEmulatorOptions } from '@sterna/imap-emulator';
import { createLogger } from '@sterna/platform';
import { afterEach, describe, expect, it } from 'vitest';
import { ImapSession } from './imap-session.js';

let emulator: ImapEmulator | null = null;
afterEach(() => emulator?.stop());

const logger = createLogger({ service: 'test', level: 'fatal' });

/** What comes of a login at a server like this. */
async function logIn(options: ImapEmulatorOptions, security: 'None' | 'Tls' = 'None') {
  const started = (emulator = await ImapEmulator.start(options));
  return ImapSession.open({
    server: {
      remoteServer: '127.0.0.1',
      port: started.port,
      security,
      acceptUntrustedCertificates: true,
      caCertificate: null,
    },
    login: { userName: 'terry', password: 'secret-of-terry' },
    userRoot: '',
    logger,
  });
}

describe('a login that is refused', () => {
  it.each([
    ['[AUTHENTICATIONFAILED] Invalid credentials (Failure)', 'sourceLoginRefused', 'never'],
    ['[AUTHORIZATIONFAILED] not for this mailbox', 'sourceLoginRefused', 'never'],
    ['[EXPIRED] the password has expired', 'sourceLoginRefused', 'never'],
    ['LOGIN failed.', 'sourceLoginRefused', 'never'],
    ['[ALERT] Application-specific password required: https://…', 'sourceLoginRefused', 'never'],
    ['[UNAVAILABLE] Temporary authentication failure', 'sourceLoginUnavailable', 'backoff'],
    ['[AUTHENTICATIONFAILED] Server unavailable. 15', 'sourceLoginUnavailable', 'backoff'],
    ['User is authenticated but not connected.', 'sourceLoginUnavailable', 'backoff'],
    ['[INUSE] the mailbox is locked', 'sourceTooManyConnections', 'backoff'],
    ['[LIMIT] LOGIN Rate limit hit', 'sourceTooManyConnections', 'backoff'],
    ['[ALERT] Too many simultaneous connections. (Failure)', 'sourceTooManyConnections', 'backoff'],
    ['Maximum number of connections from user+IP exceeded', 'sourceTooManyConnections', 'backoff'],
    ['[THROTTLED] slow down', 'sourceThrottled', 'backoff'],
    ['[ALERT] Account exceeded command or bandwidth limits. (Failure)', 'sourceThrottled', 'backoff'],
    ['[AUTHENTICATIONFAILED] too many attempts, try again later', 'sourceThrottled', 'backoff'],
  ])('%s is %s, repeated: %s', async (refusal, code, retry) => {
    for (const capabilities of [['IMAP4rev1'], ['IMAP4rev1', 'AUTH=PLAIN', 'SASL-IR']]) {
      const opening = logIn({ capabilities, logIn: () => refusal });
      await expect(opening).rejects.toMatchObject({ code, retry: { kind: retry }, scope: 'account' });
      await expect(opening).rejects.toThrow(refusal.replace(/^\[\w+\] /, '').slice(0, 20));
      await expect(opening).rejects.not.toThrow('secret-of-terry');
      await emulator?.stop();
    }
  });
});

describe('a server that turns away', () => {
  it.each([
    ['* BYE Too many connections from your IP', 'sourceTooManyConnections'],
    ['* BYE [UNAVAILABLE] Server shutting down', 'sourceLoginUnavailable'],
    ['* BYE Connection refused by policy', 'sourceDisconnected'],
  ])('with %s is tried again: %s', async (greeting, code) => {
    const opening = logIn({ greeting, react: () => ({ kind: 'sayAndClose', text: '' }) });
    await expect(opening).rejects.toMatchObject({ code, retry: { kind: 'backoff' } });
  });

  it('in the middle of the login is tried again', async () => {
    const opening = logIn({
      react: ({ name }) => (name === 'LOGIN' ? { kind: 'sayAndClose', text: '* BYE bye\r\n' } : null),
    });
    await expect(opening).rejects.toMatchObject({ code: 'sourceDisconnected', retry: { kind: 'backoff' } });
  });

  it('because it wants TLS before a password gets none', async () => {
    const opening = logIn({ capabilities: ['IMAP4rev1', 'STARTTLS', 'LOGINDISABLED'] });
    await expect(opening).rejects.toMatchObject({ code: 'sourceLoginRefused', retry: { kind: 'never' } });
    expect(emulator?.logins).toEqual([]);
  });
});
