import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { CommandStore } from './command-store.js';
import { HttpStore } from './http-store.js';
import { createPasswordStore, passwordStoreVariables } from './store-configuration.js';

const schema = z.object(passwordStoreVariables);
const storeOf = (environment: Record<string, string>) => createPasswordStore(schema.parse(environment));

describe('the store for passwords', () => {
  it('is none unless the operator names one', () => {
    expect(storeOf({})).toBeNull();
  });

  it.each([['/usr/local/bin/find password'], ['["/usr/local/bin/find", "--json"]']])(
    'is the command %s',
    (text) => {
      expect(storeOf({ STERNA_CREDENTIAL_COMMAND: text })).toBeInstanceOf(CommandStore);
    },
  );

  it('is an address', () => {
    expect(storeOf({ STERNA_CREDENTIAL_URL: 'https://vault.contoso.com/find' })).toBeInstanceOf(HttpStore);
  });

  it.each([
    [{ STERNA_CREDENTIAL_COMMAND: '[]' }],
    [{ STERNA_CREDENTIAL_COMMAND: '["a", 1]' }],
    [{ STERNA_CREDENTIAL_COMMAND: '[' }],
    [{ STERNA_CREDENTIAL_URL: 'http://vault.contoso.com/find' }],
    [{ STERNA_CREDENTIAL_TIMEOUT_MS: '5' }],
  ])('is refused as %j', (environment) => {
    expect(schema.safeParse(environment).success).toBe(false);
  });

  it('is one, not two', () => {
    const both = {
      STERNA_CREDENTIAL_COMMAND: '/bin/find',
      STERNA_CREDENTIAL_URL: 'https://vault.contoso.com',
    };
    expect(() => storeOf(both)).toThrow('exclude each other');
  });
});
