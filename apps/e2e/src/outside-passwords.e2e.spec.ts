import { createServer, type Server } from 'node:http';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createStateDirectory, type StateDirectory } from '@sterna/local-stack';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TestStack } from './test-stack.js';

const passwordRequest = z.strictObject({
  tenantId: z.string(),
  endpoint: z.string(),
  emailAddress: z.string(),
  userName: z.string(),
  reference: z.string(),
});

/** The passwords of an operator, by tenant and reference, in a file that a command and a server read. */
class PasswordFile {
  private constructor(
    private readonly state: StateDirectory,
    readonly path: string,
  ) {}

  static async create(name: string): Promise<PasswordFile> {
    const state = await createStateDirectory(name);
    const created = new PasswordFile(state, path.join(state.path, 'passwords.json'));
    await created.write({});
    return created;
  }

  write(passwords: Record<string, string>): Promise<void> {
    return writeFile(this.path, JSON.stringify(passwords));
  }

  /** A program that answers from the file. */
  async command(): Promise<string> {
    const script = path.join(this.state.path, 'find-password.mjs');
    await writeFile(
      script,
      `import { readFileSync } from 'node:fs';
const { tenantId, reference } = JSON.parse(readFileSync(0, 'utf8'));
const passwords = JSON.parse(readFileSync(process.argv[2], 'utf8'));
process.stdout.write(JSON.stringify({ password: passwords[tenantId + '/' + reference] ?? null }));
`,
    );
    return JSON.stringify([process.execPath, script, this.path]);
  }

  async tokenFile(): Promise<string> {
    const file = path.join(this.state.path, 'token');
    await writeFile(file, 'store-token\n');
    return file;
  }

  remove(): Promise<void> {
    return this.state.remove();
  }
}

/** A store that answers from the file, for whoever has the token. */
async function startStore(file: PasswordFile): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    void (async () => {
      let text = '';
      for await (const piece of request.setEncoding('utf8')) text += String(piece);
      const { tenantId, reference } = passwordRequest.parse(JSON.parse(text));
      const passwords = z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file.path, 'utf8')));
      const password = passwords[`${tenantId}/${reference}`];
      const isAllowed = request.headers.authorization === 'Bearer store-token';
      response.writeHead(isAllowed ? (password === undefined ? 404 : 200) : 403);
      response.end(JSON.stringify({ password }));
    })();
  });
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0 }, () => resolve()));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the store does not listen');
  return { server, url: `http://127.0.0.1:${address.port}/find` };
}

describe.each(['command', 'store'])('passwords that a %s has', (kind) => {
  let stack: TestStack;
  let file: PasswordFile;
  let server: Server | null = null;
  beforeAll(async () => {
    file = await PasswordFile.create(`passwords-${kind}`);
    if (kind === 'command') {
      stack = await TestStack.start({ STERNA_CREDENTIAL_COMMAND: await file.command() });
      return;
    }
    const store = await startStore(file);
    server = store.server;
    stack = await TestStack.start({
      STERNA_CREDENTIAL_URL: store.url,
      STERNA_CREDENTIAL_TOKEN_FILE: await file.tokenFile(),
    });
  });
  afterAll(async () => {
    await stack.stop();
    server?.close();
    await file.remove();
  });

  it('are asked for at each login, and are in no log', async () => {
    const tenant = await stack.createTenant();
    const [known, unknown] = await Promise.all(
      [1, 2].map((seed) => stack.createMailbox([{ path: ['INBOX'], messages: 3 }], seed)),
    );
    if (known === undefined || unknown === undefined) throw new Error('no mailboxes');
    await tenant.sterna('Set-MigrationEndpoint', 'imap', '-SkipVerification', '-PasswordSource', 'external');
    await file.write({ [`${tenant.id}/mail/terry`]: 'source-password' });
    const csv = path.join(stack.directory, 'references.csv');
    const rows = [known, unknown].map(({ emailAddress, name }) => `${emailAddress},${name}`);
    await writeFile(csv, `EmailAddress,UserName,Password\n${rows[0] ?? ''},mail/terry\n${rows[1] ?? ''},\n`);
    await tenant.sterna('batch', 'create', 'b', '--source-endpoint', 'imap', '--csv', csv, '--auto-start');
    await tenant.try('batch', 'watch', 'b');
    const userOf = async (address: string) =>
      (await tenant.users('b')).find(({ emailAddress }) => emailAddress === address);
    expect(await userOf(known.emailAddress)).toMatchObject({ status: 'Synced', tally: { migrated: 3 } });
    expect(await userOf(unknown.emailAddress)).toMatchObject({
      status: 'Failed',
      error: { code: 'sourcePasswordMissing' },
    });

    await stack.dovecot.users.setUser({ name: known.name, password: 'changed-password' });
    await file.write({ [`${tenant.id}/mail/terry`]: 'changed-password' });
    await stack.deliver(known, 2);
    await tenant.sterna('batch', 'sync', 'b');
    await expect
      .poll(async () => (await userOf(known.emailAddress))?.tally['migrated'], { timeout: 60_000 })
      .toBe(5);

    for (const name of await readdir(stack.directory)) {
      if (!name.endsWith('.log')) continue;
      const log = await readFile(path.join(stack.directory, name), 'utf8');
      expect(log).not.toMatch(/source-password|changed-password|store-token/);
    }
  });
});
