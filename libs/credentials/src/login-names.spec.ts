import { expect, it } from 'vitest';
import { loginNamesOf, type LoginSettings } from './login-names.js';

const plain: LoginSettings = { userNameFormat: 'auto', userNameSeparator: '*', authorizationIdentity: false };
const sasl = { ...plain, authorizationIdentity: true };

it.each<[string, LoginSettings, { userName: string; authorizeAs?: string }]>([
  ['ann*admin', plain, { userName: 'ann*admin' }],
  ['ann*admin', sasl, { userName: 'admin', authorizeAs: 'ann' }],
  ['ann%admin', { ...sasl, userNameSeparator: '%' }, { userName: 'admin', authorizeAs: 'ann' }],
  ['a*b*c', sasl, { userName: 'a*b*c' }],
  ['ann*admin', { ...sasl, userNameFormat: 'plain' }, { userName: 'ann*admin' }],
  ['ann', sasl, { userName: 'ann' }],
  ['contoso/admin/ann', plain, { userName: 'contoso/admin/ann' }],
])('%s with %j', (userName, settings, expected) => {
  const { reading: _, ...names } = loginNamesOf(userName, settings);
  expect(names).toEqual(expected);
});
