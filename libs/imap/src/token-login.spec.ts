import { ImapFlow } from 'imapflow';
import { describe, expect, it } from 'vitest';
import { challengeStatus, limitMechanism, mechanismMissing } from './token-login.js';

const login = { userName: 'terry', accessToken: 't', mechanism: 'XOAUTH2' as const };
const capabilities = (...names: string[]) => new Map(names.map((name) => [name, true]));

describe('the mechanism of an endpoint', () => {
  it('hides the other one from imapflow, however often the server tells its capabilities', () => {
    const client = new ImapFlow({ host: 'imap.contoso.com', port: 993, logger: false });
    limitMechanism(client, login);
    for (const more of [[], ['SASL-IR']]) {
      client.capabilities = capabilities('AUTH=OAUTHBEARER', 'AUTH=XOAUTH2', ...more);
      expect([...client.capabilities.keys()]).toEqual(['AUTH=XOAUTH2', ...more]);
    }
  });

  it('hides none when it is auto', () => {
    const client = new ImapFlow({ host: 'imap.contoso.com', port: 993, logger: false });
    limitMechanism(client, { ...login, mechanism: 'auto' });
    client.capabilities = capabilities('AUTH=OAUTHBEARER', 'AUTH=XOAUTH2');
    expect(client.capabilities.size).toBe(2);
  });

  it('that the server does not have is named beside those that it has', () => {
    const client = new ImapFlow({ host: 'imap.contoso.com', port: 993, logger: false });
    client.capabilities = capabilities('IMAP4rev1', 'AUTH=PLAIN');
    expect(mechanismMissing(client, login, 'here')).toMatchObject({
      code: 'sourceLoginUnavailable',
      retry: { kind: 'never' },
      message: 'here: the server offers no login by XOAUTH2 (it offers AUTH=PLAIN)',
    });
    client.capabilities = capabilities('AUTH=XOAUTH2');
    expect(mechanismMissing(client, login, 'here')).toBeNull();
  });
});

describe('the error challenge of a server', () => {
  it.each([
    [{ oauthError: { status: 'invalid_token', schemes: 'bearer' } }, 'invalid_token'],
    [{ oauthError: { status: '401', schemes: 'bearer', scope: 'mail' } }, '401'],
    [{ oauthError: { status: 'two words\r\n' } }, ''],
    [{ oauthError: false }, ''],
    [{}, ''],
  ])('%j has the status "%s"', (fields, status) => {
    expect(challengeStatus(Object.assign(new Error('Command failed'), fields))).toBe(status);
  });
});
