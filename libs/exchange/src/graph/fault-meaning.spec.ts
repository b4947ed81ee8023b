import { describe, expect, it } from 'vitest';
import { faultError } from './fault-error.js';
import { meaningOf } from './fault-meaning.js';

const fault = { kind: 'fault', message: '', requestId: 'r-1', retryAfterMs: null } as const;

describe('what a refusal of Graph means', () => {
  it.each([
    [0, '', 'outcomeUnknown', { code: 'targetUnavailable', retry: { kind: 'backoff' } }],
    [400, 'ErrorFolderExists', 'folderExists', { code: 'targetFolderRefused', retry: { kind: 'never' } }],
    [409, 'ErrorFolderExists', 'folderExists', { code: 'targetFolderRefused', retry: { kind: 'never' } }],
    [400, 'ErrorInvalidRecipients', 'refused', { code: 'targetProtocol', retry: { kind: 'backoff' } }],
    [
      400,
      'ErrorPropertyValidationFailure',
      'refused',
      { code: 'targetProtocol', retry: { kind: 'backoff' } },
    ],
    [400, 'ErrorInvalidProperty', 'refused', { code: 'targetProtocol', retry: { kind: 'backoff' } }],
    [400, 'RequestBodyRead', 'refused', { code: 'targetProtocol', retry: { kind: 'backoff' } }],
    [
      401,
      'InvalidAuthenticationToken',
      'signInRefused',
      { code: 'targetSignInRefused', retry: { kind: 'never' } },
    ],
    [403, 'ErrorAccessDenied', 'forbidden', { code: 'targetForbidden', retry: { kind: 'never' } }],
    [403, 'Authorization_RequestDenied', 'forbidden', { code: 'targetForbidden', retry: { kind: 'never' } }],
    [404, 'ErrorItemNotFound', 'itemMissing', { code: 'targetProtocol', retry: { kind: 'backoff' } }],
    [
      404,
      'MailboxNotEnabledForRESTAPI',
      'mailboxNotEnabled',
      { code: 'targetMailboxNotEnabled', retry: { kind: 'never' } },
    ],
    [
      404,
      'ResourceNotFound',
      'mailboxNotEnabled',
      { code: 'targetMailboxNotEnabled', retry: { kind: 'never' } },
    ],
    [404, 'ErrorInvalidUser', 'mailboxMissing', { code: 'targetMailboxMissing', retry: { kind: 'never' } }],
    [
      404,
      'Request_ResourceNotFound',
      'mailboxMissing',
      { code: 'targetMailboxMissing', retry: { kind: 'never' } },
    ],
    [
      409,
      'ErrorIrresolvableConflict',
      'outcomeUnknown',
      { code: 'targetUnavailable', retry: { kind: 'backoff' } },
    ],
    [413, '', 'tooLarge', { code: 'targetMessageTooLarge', retry: { kind: 'never' } }],
    [
      400,
      'ErrorMessageSizeExceeded',
      'tooLarge',
      { code: 'targetMessageTooLarge', retry: { kind: 'never' } },
    ],
    [
      500,
      'ErrorInternalServerError',
      'outcomeUnknown',
      { code: 'targetUnavailable', retry: { kind: 'backoff' } },
    ],
    [500, 'ErrorQuotaExceeded', 'mailboxFull', { code: 'targetMailboxFull', retry: { kind: 'never' } }],
    [
      503,
      'ErrorMailboxStoreUnavailable',
      'outcomeUnknown',
      { code: 'targetUnavailable', retry: { kind: 'backoff' } },
    ],
    [504, '', 'outcomeUnknown', { code: 'targetUnavailable', retry: { kind: 'backoff' } }],
    [507, '', 'mailboxFull', { code: 'targetMailboxFull', retry: { kind: 'never' } }],
    [
      507,
      'ErrorMessagePerFolderCountReceiveQuotaExceeded',
      'folderFull',
      { code: 'targetFolderFull', retry: { kind: 'never' } },
    ],
    [509, '', 'outcomeUnknown', { code: 'targetUnavailable', retry: { kind: 'backoff' } }],
  ])('%i %s: %s', (status, code, meaning, expected) => {
    expect(meaningOf({ status, code })).toBe(meaning);
    const error = faultError({ ...fault, status, code }, 'writing');
    expect(error).toMatchObject(expected);
    expect(error.message).toMatch(/^writing: Exchange Online .*; ./);
  });

  it('keeps the pause that the service asked for', () => {
    const error = faultError({ ...fault, status: 503, code: '', retryAfterMs: 90_000 }, 'writing');
    expect(error.retry).toEqual({ kind: 'after', delayMs: 90_000 });
    expect(error.context).toEqual({ status: 503, graphCode: '', requestId: 'r-1' });
  });
});
