import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readUserName, userNameFormats } from './user-name.js';

describe('a UserName', () => {
  it.each([
    ['terry.adams', 'plain', 'terry.adams', null],
    ['terry@contoso.edu', 'plain', 'terry@contoso.edu', null],
    ['contoso\\terry', 'plain', 'contoso\\terry', null],
    ['Contoso-students/mailadmin/terrya', 'exchange', 'terrya', 'Contoso-students/mailadmin'],
    ['terry.adams*mailadmin', 'dovecot', 'terry.adams', 'mailadmin'],
    ['#terry.adams@contoso.edu#mailadmin#', 'mirapoint', 'terry.adams@contoso.edu', 'mailadmin'],
    ['a*b*c', 'plain', 'a*b*c', null],
    ['*admin', 'plain', '*admin', null],
    ['terry*', 'plain', 'terry*', null],
    ['a/b', 'plain', 'a/b', null],
    ['a/b/c/d', 'plain', 'a/b/c/d', null],
    ['dept/sales/terry@contoso.edu', 'plain', 'dept/sales/terry@contoso.edu', null],
    ['#terry#admin#', 'plain', '#terry#admin#', null],
  ])('%s is read as %s', (userName, format, mailbox, admin) => {
    expect(readUserName(userName)).toEqual({ format, loginName: userName, mailbox, admin });
  });

  it('may have another separator', () => {
    expect(readUserName('terry%admin', { separator: '%' })).toMatchObject({
      format: 'dovecot',
      admin: 'admin',
    });
  });

  it('that only looks like an administrator format stays plain when told so', () => {
    expect(readUserName('terry*admin', { format: 'plain' })).toMatchObject({ format: 'plain', admin: null });
  });

  it('is split at the last separator when Dovecot is forced', () => {
    expect(readUserName('a*b*admin', { format: 'dovecot' })).toMatchObject({
      mailbox: 'a*b',
      admin: 'admin',
    });
  });

  it('is always sent as it was written', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('auto' as const, ...userNameFormats), (userName, format) => {
        expect(readUserName(userName, { format }).loginName).toBe(userName);
      }),
    );
  });
});
