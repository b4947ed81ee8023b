import { afterEach, describe, expect, it } from 'vitest';
import { CommandStore } from './command-store.js';

const request = {
  tenantId: 'contoso',
  endpoint: 'imap',
  emailAddress: 'terry@contoso.com',
  userName: 'terry',
  reference: 'mail/terry',
};

/** A command that is Node with a script. */
const commandOf = (script: string, timeoutMs = 10_000): CommandStore =>
  new CommandStore([process.execPath, '-e', script], timeoutMs);
const answer = (text: string): string => `process.stdout.write(${JSON.stringify(text)})`;

afterEach(() => {
  delete process.env['STERNA_OF_THE_TEST'];
});

describe('a credential command', () => {
  it('gets the request on standard input and answers on standard output', async () => {
    const script = `let text = ''; process.stdin.on('data', (piece) => (text += piece)).on('end', () =>
      process.stdout.write(JSON.stringify({ password: JSON.parse(text).reference + ' of ' + JSON.parse(text).tenantId })))`;
    expect(await commandOf(script).find(request)).toBe('mail/terry of contoso');
  });

  it('need not read the request', async () => {
    expect(await commandOf(answer('{"password":"p \\"1\\" é"}')).find(request)).toBe('p "1" é');
  });

  it('does not see the variables of Sterna', async () => {
    process.env['STERNA_OF_THE_TEST'] = 'keyring';
    const script = `process.stdout.write(JSON.stringify({ password: 'env: ' + process.env.STERNA_OF_THE_TEST }))`;
    expect(await commandOf(script).find(request)).toBe('env: undefined');
  });

  it.each([
    ['has no password', answer('{"password":null}'), 'sourcePasswordMissing', 'never'],
    ['answers an empty object', answer('{}'), 'sourcePasswordMissing', 'never'],
    ['answers text', answer('s3cret'), 'sourcePasswordUnavailable', 'backoff'],
    ['fails', 'console.log("s3cret"); process.exit(3)', 'sourcePasswordUnavailable', 'backoff'],
    ['is killed', 'process.kill(process.pid, "SIGKILL")', 'sourcePasswordUnavailable', 'backoff'],
    ['says too much', answer(`s3cret${'x'.repeat(70_000)}`), 'sourcePasswordUnavailable', 'backoff'],
  ])('that %s is an error that repeats nothing of it', async (_, script, code, kind) => {
    const error: unknown = await commandOf(script)
      .find(request)
      .catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, retry: { kind } });
    expect(String(error)).not.toContain('s3cret');
  });

  it('that does not end is ended, with what it has started', async () => {
    const script = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' }); setInterval(() => {}, 1000)`;
    await expect(commandOf(script, 500).find(request)).rejects.toMatchObject({
      code: 'sourcePasswordUnavailable',
      message: 'the credential command did not answer within 500 ms',
    });
  });

  it('is ended when nobody waits for it any more', async () => {
    const stop = new AbortController();
    const finding = commandOf('setInterval(() => {}, 1000)').find(request, stop.signal);
    stop.abort();
    await expect(finding).rejects.toMatchObject({ code: 'sourcePasswordUnavailable' });
  });

  it('that does not exist is an error', async () => {
    const store = new CommandStore(['/nowhere/find-password'], 1_000);
    await expect(store.find(request)).rejects.toMatchObject({ code: 'sourcePasswordUnavailable' });
  });
});
