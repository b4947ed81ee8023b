import { createLogger } from '@sterna/platform';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type TargetAddress, TenantTargets } from './tenant-targets.js';

const address: TargetAddress = {
  entraTenantId: 'contoso.example',
  clientId: 'app',
  clientSecretId: 's1',
  authorityUrl: 'https://login.microsoftonline.com',
  graphUrl: 'https://graph.microsoft.com',
};
let secrets: Map<string, unknown>;
let opened: string[];
let targets: TenantTargets;

beforeEach(() => {
  secrets = new Map([
    ['s1', { clientSecret: 'one' }],
    ['s2', { clientSecret: 'two' }],
  ]);
  opened = [];
  const open = (tenantId: string, secretId: string): Promise<unknown> => {
    opened.push(`${tenantId}/${secretId}`);
    return secrets.has(secretId)
      ? Promise.resolve(secrets.get(secretId))
      : Promise.reject(new Error('the secret is gone'));
  };
  targets = new TenantTargets({ open }, createLogger({ service: 'test', level: 'silent' }));
});
afterEach(() => targets.close());

describe('the target of a tenant', () => {
  it('is made once, anew when it was set anew, and each tenant has its own', async () => {
    const first = await targets.of({ tenantId: 'a', target: address });
    expect(await targets.of({ tenantId: 'a', target: { ...address } })).toBe(first);
    const changed = await targets.of({ tenantId: 'a', target: { ...address, clientSecretId: 's2' } });
    const other = await targets.of({ tenantId: 'b', target: address });
    expect(new Set([first, changed, other]).size).toBe(3);
    expect(opened).toEqual(['a/s1', 'a/s2', 'b/s1']);
  });

  it('that cannot be made is tried again', async () => {
    secrets.delete('s1');
    await expect(targets.of({ tenantId: 'a', target: address })).rejects.toThrow('the secret is gone');
    secrets.set('s1', { clientSecret: 'one' });
    await targets.of({ tenantId: 'a', target: address });
    expect(opened).toEqual(['a/s1', 'a/s1']);
  });

  it('that is not set is said, with what sets it', async () => {
    const missing = targets.of({ tenantId: 'a', target: null });
    await expect(missing).rejects.toMatchObject({ code: 'targetSignInRefused', retry: { kind: 'never' } });
    await expect(missing).rejects.toThrow('sterna target set');
  });
});
