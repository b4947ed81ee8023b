import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CommandResult,
  compareMailbox,
  createStateDirectory,
  deliver,
  dovecotFromEnvironment,
  type FolderSpec,
  fillMailbox,
  type MailboxInventory,
  readSourceMailbox,
  readTargetMailbox,
  runSterna,
  type StateDirectory,
  startSternaServices,
  startTcpProxy,
  type SternaServices,
  type TcpProxy,
  testMailDomain,
} from '@sterna/local-stack';
import { z } from 'zod';

const exchangeSettings = z.object({
  url: z.string(),
  tenant: z.string(),
  clientId: z.string(),
  clientSecret: z.string(),
});
const password = 'source-password';

/** A mailbox at the source, and the address it goes to. */
export interface TestMailbox {
  name: string;
  emailAddress: string;
  maildir: string;
  inventory: MailboxInventory;
}

/** The four services of one test file, on the servers that all test files share, with a database of their own. */
export class TestStack {
  readonly dovecot = dovecotFromEnvironment();
  readonly exchange = exchangeSettings.parse(JSON.parse(process.env['STERNA_TEST_EXCHANGE'] ?? '{}'));

  private constructor(
    readonly services: SternaServices,
    /** What the services connect to instead of the servers themselves. */
    readonly proxies: Readonly<Record<'rabbitmq' | 'imap' | 'mongodb', TcpProxy>>,
    private readonly state: StateDirectory,
  ) {}

  /** `env` is added to the environment of all services. */
  static async start(env: Record<string, string> = {}): Promise<TestStack> {
    const state = await createStateDirectory(`e2e-${randomBytes(4).toString('hex')}`);
    const database = `sterna-${randomBytes(6).toString('hex')}`;
    const mongodbUrl = new URL(process.env['STERNA_TEST_MONGODB_URL'] ?? '');
    const amqpUrl = new URL(process.env['STERNA_TEST_AMQP_URL'] ?? '');
    const proxies = {
      mongodb: await startTcpProxy({ host: mongodbUrl.hostname, port: Number(mongodbUrl.port) }),
      rabbitmq: await startTcpProxy({ host: amqpUrl.hostname, port: Number(amqpUrl.port) }),
      imap: await startTcpProxy({ host: '127.0.0.1', port: dovecotFromEnvironment().tlsPort }),
    };
    mongodbUrl.pathname = `/${database}`;
    mongodbUrl.port = String(proxies.mongodb.port);
    amqpUrl.port = String(proxies.rabbitmq.port);
    const urls = { mongodbUrl: mongodbUrl.href, amqpUrl: amqpUrl.href };
    const services = await startSternaServices({ stateDir: state.path, ...urls, env });
    return new TestStack(services, proxies, state);
  }

  async stop(): Promise<void> {
    await this.services.stop();
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.stop()));
    await this.state.remove();
  }

  /** A tenant with a key of its own, a target and an endpoint, whose `sterna` runs as its administrator. */
  async createTenant(): Promise<TestTenant> {
    const id = `t-${randomBytes(6).toString('hex')}`;
    const directory = path.join(this.state.path, id);
    await mkdir(directory, { recursive: true });
    const tenant = new TestTenant(this, id, directory);
    await tenant.prepare();
    return tenant;
  }

  /** Makes a source mailbox and fills it with real mail. */
  async createMailbox(folders: readonly FolderSpec[], seed = 1): Promise<TestMailbox> {
    const name = `u${randomBytes(6).toString('hex')}`;
    await this.dovecot.users.setUser({ name, password });
    const maildir = this.dovecot.users.maildirOf(name);
    const inventory = await fillMailbox({ maildir, seed, folders });
    return { name, emailAddress: `${name}@${testMailDomain}`, maildir, inventory };
  }

  /** Puts new mail into the INBOX of a mailbox that was made with the first seed. */
  async deliver({ maildir, inventory }: TestMailbox, messages: number): Promise<void> {
    await deliver({ maildir, path: ['INBOX'], seed: 1, position: inventory.nextPosition, messages });
  }

  /** Where files of a test may stand. */
  get directory(): string {
    return this.state.path;
  }

  /** A CSV file of one mailbox and further lines; gives its path. */
  async writeCsv(
    fileName: string,
    { emailAddress, name }: TestMailbox,
    lines: readonly string[] = [],
  ): Promise<string> {
    const file = path.join(this.directory, fileName);
    await writeFile(
      file,
      ['EmailAddress,UserName,Password', `${emailAddress},${name},${password}`, ...lines].join('\n'),
    );
    return file;
  }

  /** The differences between a source mailbox and its target, message by message. */
  async compare({ name, emailAddress }: TestMailbox) {
    const { host, port } = this.dovecot;
    const target = await readTargetMailbox(this.exchange.url, emailAddress);
    return compareMailbox(emailAddress, readSourceMailbox({ host, port, userName: name, password }), target);
  }

  /** The emulator's administration. */
  async emulator(method: 'GET' | 'POST' | 'DELETE', resource: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(`${this.exchange.url}/_emulator${resource}`, {
      method,
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'Content-Type': 'application/json' },
      }),
    });
    if (!answer.ok) throw new Error(`the emulator answered ${answer.status}: ${await answer.text()}`);
    const text = await answer.text();
    return text === '' ? null : JSON.parse(text);
  }
}

const batchView = z.object({ status: z.string(), tally: z.record(z.string(), z.number()) });
const userViews = z.array(
  z.object({
    emailAddress: z.string(),
    status: z.string(),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    tally: z.record(z.string(), z.number()),
  }),
);

const reportView = z.object({
  users: z.array(
    z.object({
      missed: z.array(
        z.object({
          folder: z.string(),
          uid: z.number(),
          outcome: z.string(),
          reason: z.string(),
          messageId: z.string().nullable(),
          subject: z.string().nullable(),
        }),
      ),
    }),
  ),
});

/** A tenant and its administrator. */
export class TestTenant {
  #key: string;

  constructor(
    private readonly stack: TestStack,
    readonly id: string,
    private readonly directory: string,
  ) {
    this.#key = stack.services.operatorKey;
  }

  async prepare(): Promise<void> {
    const { url, tenant, clientId } = this.stack.exchange;
    await this.sterna('tenant', 'create', this.id, '--id', this.id);
    const key = z.object({ key: z.string() }).parse(await this.json('api-key', 'create', this.id));
    this.#key = key.key;
    const urls = ['--graph-url', url, '--authority-url', url];
    await this.sterna('target', 'set', '--entra-tenant-id', tenant, '--client-id', clientId, ...urls);
    const port = String(this.stack.proxies.imap.port);
    const server = [
      '--remote-server',
      'localhost',
      '--port',
      port,
      '--ca-certificate',
      this.stack.dovecot.caPath,
    ];
    await this.sterna('endpoint', 'create', 'imap', ...server);
  }

  /** Runs a command; gives whatever came of it. */
  try(...args: string[]): Promise<CommandResult> {
    const env = {
      STERNA_URL: this.stack.services.url,
      STERNA_TENANT: this.id,
      STERNA_API_KEY: this.#key,
      STERNA_CLIENT_SECRET: this.stack.exchange.clientSecret,
    };
    return runSterna(args, { env });
  }

  /** Runs a command. @throws Error when its exit code is not 0 */
  async sterna(...args: string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.try(...args);
    if (exitCode !== 0)
      throw new Error(`sterna ${args.join(' ')}: exit code ${exitCode}\n${stdout}${stderr}`);
    return stdout;
  }

  async json(...args: string[]): Promise<unknown> {
    return JSON.parse(await this.sterna(...args, '--output', 'json'));
  }

  /** Makes and starts a batch of these mailboxes; `passwords` replaces the right one by name of the mailbox. */
  async startBatch(
    name: string,
    mailboxes: readonly Pick<TestMailbox, 'name' | 'emailAddress'>[],
    options: { passwords?: Record<string, string>; endpoint?: string } = {},
  ): Promise<void> {
    const rows = mailboxes.map(
      (mailbox) =>
        `${mailbox.emailAddress},${mailbox.name},${options.passwords?.[mailbox.name] ?? password}\n`,
    );
    const csv = path.join(this.directory, `${name}.csv`);
    await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`);
    const source = ['--source-endpoint', options.endpoint ?? 'imap', '--csv', csv];
    await this.sterna('batch', 'create', name, ...source, '--auto-start');
  }

  async batch(name: string) {
    return batchView.parse(await this.json('batch', 'get', name));
  }

  /** The messages of a batch that did not arrive. */
  async missed(name: string) {
    const report = reportView.parse(await this.json('batch', 'report', name));
    return report.users.flatMap((user) => user.missed);
  }

  async users(name: string) {
    return userViews.parse(await this.json('user', 'list', '--batch', name));
  }
}
