import { describe, expect, it } from 'vitest';
import { classifyImapError } from './imap-error.js';

describe('an error of the source', () => {
  it.each([
    [{ code: 'ENOTFOUND' }, 'sourceHostUnknown', 'never'],
    [{ code: 'ECONNREFUSED' }, 'sourceUnreachable', 'backoff'],
    [{ code: 'CONNECT_TIMEOUT' }, 'sourceTimeout', 'backoff'],
    [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'sourceCertificateRefused', 'never'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'sourceCertificateRefused', 'never'],
    [{ code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'sourceTlsRefused', 'never'],
    [{ tlsFailed: true }, 'sourceTlsRefused', 'never'],
    [{ authenticationFailed: true }, 'sourceLoginRefused', 'never'],
    [
      { authenticationFailed: true, serverResponseCode: 'AUTHENTICATIONFAILED' },
      'sourceLoginRefused',
      'never',
    ],
    [{ authenticationFailed: true, serverResponseCode: 'UNAVAILABLE' }, 'sourceLoginUnavailable', 'backoff'],
    [{ serverResponseCode: 'INUSE' }, 'sourceTooManyConnections', 'backoff'],
    [{ serverResponseCode: 'limit' }, 'sourceTooManyConnections', 'backoff'],
    [
      { authenticationFailed: true, responseText: 'Too many simultaneous connections. (Failure)' },
      'sourceTooManyConnections',
      'backoff',
    ],
    [{ code: 'ETHROTTLE', throttleReset: 5_000 }, 'sourceThrottled', 'after'],
    [{ code: 'EConnectionClosed' }, 'sourceDisconnected', 'backoff'],
    [{ serverResponseCode: 'NONEXISTENT' }, 'sourceFolderRefused', 'never'],
    [{}, 'sourceProtocol', 'backoff'],
  ])('%j is %s, repeated: %s', (fields, code, retry) => {
    const classified = classifyImapError(
      Object.assign(new Error('Command failed'), fields),
      'imap.contoso.com',
    );
    expect(classified).toMatchObject({ code, retry: { kind: retry } });
    expect(classified.message).toContain('imap.contoso.com');
  });

  it('is not classified twice', () => {
    const once = classifyImapError(new Error('x'), 'here');
    expect(classifyImapError(once, 'there')).toBe(once);
  });
});
