import { describe, expect, it } from 'vitest';
import { fingerprintOf } from './fingerprint.js';
import { folderIdOf, mailboxPairId, messageKey } from './ledger-key.js';

const pair = {
  tenantId: 'contoso',
  remoteServer: 'imap.contoso.com',
  userName: 'ann.beebe',
  userRoot: '',
  emailAddress: 'annb@contoso.edu',
};

describe('the name of a mailbox pair', () => {
  it('does not depend on the letter case of host and address', () => {
    expect(
      mailboxPairId({ ...pair, remoteServer: 'IMAP.Contoso.com', emailAddress: 'AnnB@contoso.edu' }),
    ).toBe(mailboxPairId(pair));
  });

  it.each([
    { tenantId: 'fabrikam' },
    { userName: 'Ann.Beebe' },
    { userRoot: '/users/ann.beebe' },
    { emailAddress: 'ann@contoso.edu' },
  ])('depends on %j', (change) => {
    expect(mailboxPairId({ ...pair, ...change })).not.toBe(mailboxPairId(pair));
  });
});

describe('the name of a folder', () => {
  it('tells "a" in "b" from "a/b"', () => {
    expect(folderIdOf('p', ['a', 'b'])).not.toBe(folderIdOf('p', ['a/b']));
  });

  it('gives each of its messages a key of its own', () => {
    expect(messageKey('f', 4294967295, 1)).toBe('f.4294967295.1');
  });
});

describe('a fingerprint', () => {
  const message = { sizeBytes: 1234, internalDate: new Date('2024-01-01T00:00:00.400Z'), messageId: '<a@b>' };

  it('is eight bytes and ignores fractions of a second', () => {
    const whole = fingerprintOf({ ...message, internalDate: new Date('2024-01-01T00:00:00Z') });
    expect(whole).toHaveLength(8);
    expect(fingerprintOf(message).equals(whole)).toBe(true);
  });

  it.each([{ sizeBytes: 1235 }, { messageId: null }, { internalDate: new Date('2024-01-01T00:00:01Z') }])(
    'differs for %j',
    (change) => {
      expect(fingerprintOf({ ...message, ...change }).equals(fingerprintOf(message))).toBe(false);
    },
  );
});
