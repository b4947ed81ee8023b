import { afterEach, describe, expect, it } from 'vitest';
import { errorOf, TestExchange } from './testing/test-exchange.js';

let exchange = new TestExchange();
afterEach(() => {
  exchange.close();
  exchange = new TestExchange();
});

describe('opening a target mailbox', () => {
  it('costs one request', async () => {
    expect((await exchange.open()).counters.requests).toBe(1);
  });

  it('says what to do about a mailbox that is missing', async () => {
    const error = await errorOf(exchange.open('nobody@elsewhere.example'));
    expect(error).toMatchObject({ code: 'targetMailboxMissing', scope: 'account', retry: { kind: 'never' } });
    expect(error.message).toMatch(/ErrorInvalidUser.*assign a licence/);
    const address = `unlicensed-${exchange.emailAddress}`;
    await exchange.admin('POST', '/mailboxes', { address, hasMailbox: false });
    const unlicensed = await errorOf(exchange.open(address));
    expect(unlicensed).toMatchObject({ code: 'targetMailboxNotEnabled', retry: { kind: 'never' } });
    expect(unlicensed.message).toMatch(/MailboxNotEnabledForRESTAPI.*assign a licence/);
  });

  it('says what to do when a policy of the tenant keeps the application out of a mailbox', async () => {
    const address = `outside-${exchange.emailAddress}`;
    await exchange.admin('POST', '/mailboxes', { address, access: 'denied' });
    const error = await errorOf(exchange.open(address));
    expect(error).toMatchObject({ code: 'targetForbidden', retry: { kind: 'never' } });
    expect(error.message).toMatch(/403 ErrorAccessDenied.*scope/);
  });

  it('says what to do about a wrong client secret', async () => {
    const wrong = new TestExchange({ clientSecret: 'expired' });
    const error = await errorOf(wrong.target.verify());
    expect(error).toMatchObject({ code: 'targetSignInRefused', retry: { kind: 'never' } });
    expect(error.message).toContain('AADSTS7000215');
    await expect(wrong.open()).rejects.toMatchObject({ code: 'targetSignInRefused', scope: 'account' });
  });

  it('says what to do when the application may not write', async () => {
    await exchange.fault({ path: '/mailFolders', status: 403, code: 'ErrorAccessDenied' });
    const error = await errorOf(exchange.open());
    expect(error.code).toBe('targetForbidden');
    expect(error.message).toContain('Mail.ReadWrite');
  });

  it('tries again later when nobody answers', async () => {
    const away = new TestExchange({ authorityUrl: 'http://127.0.0.1:9' });
    await expect(away.target.verify()).rejects.toMatchObject({
      code: 'targetUnavailable',
      retry: { kind: 'backoff' },
    });
  });

  it('sends no token in the clear', () => {
    expect(() => new TestExchange({ graphUrl: 'http://graph.example' })).toThrow(/https/);
    expect(() => new TestExchange({ authorityUrl: 'http://login.example' })).toThrow(/https/);
  });

  it('ends at once when it is called off', async () => {
    await exchange.fault({
      path: '/mailFolders',
      status: 429,
      code: 'ApplicationThrottled',
      retryAfterSeconds: 600,
    });
    const opening = exchange.open();
    setTimeout(() => exchange.target.close(), 100);
    await expect(opening).rejects.toMatchObject({ code: 'cancelled' });
    await expect(exchange.open()).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('goes on with a new token when the old one is refused', async () => {
    const mailbox = await exchange.open();
    await exchange.admin('DELETE', '/tokens');
    const names = Array.from({ length: 8 }, (_, index) => [`Folder ${index}`]);
    const found = await Promise.all(names.map((path) => mailbox.ensureFolder(path, null)));
    expect(found).toHaveLength(8);
  });
});
