/**
 * Measures whole migrations beside other tools, in turn on the same mailbox: messages a second, the ratio to each
 * peer, requests a message, and the memory of each service.
 *
 *   node tools/local-stack/dist/bench.js [--messages 3000] [--rounds 3] [--large 0] [--folders 0]
 *     [--no-throttle]
 */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { findPeers } from './bench-peers.js';
import { testMailDomain } from './exchange-server.js';
import { fillMailbox } from './mail-corpus.js';
import { readSourceMailbox, type SourceAccount } from './source-mailbox.js';
import { serviceNames } from './sterna-services.js';
import { type LocalStack, startLocalStack } from './stack.js';
import { createStateDirectory } from './state-directory.js';
import { runSterna } from './sterna-command.js';

const password = 'bench';
const { values } = parseArgs({
  options: {
    messages: { type: 'string', default: '3000' },
    rounds: { type: 'string', default: '3' },
    /** Messages of 35 MB that are under way at once, each in a mailbox of its own. */
    large: { type: 'string', default: '0' },
    /** Folders of one mailbox, each with one message. */
    folders: { type: 'string', default: '0' },
    /** Without Microsoft's 10,000 requests in 10 minutes, which 5,000 folders with a message each reach. */
    'no-throttle': { type: 'boolean', default: false },
  },
});
const messages = Number(values.messages);
const rounds = Number(values.rounds);
const largeMailboxes = Number(values.large);
const folderCount = Number(values.folders);

type Environment = Record<string, string>;

async function sterna(env: Environment, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runSterna(args, { env });
  if (exitCode !== 0) throw new Error(`sterna ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

async function prepare({ services, target, dovecot }: LocalStack): Promise<Environment> {
  const env: Environment = {
    STERNA_URL: services.url,
    STERNA_TENANT: 'bench',
    STERNA_API_KEY: services.operatorKey,
    STERNA_CLIENT_SECRET: target.clientSecret,
  };
  await sterna(env, 'tenant', 'create', 'Bench', '--id', 'bench');
  const { key } = z
    .object({ key: z.string() })
    .parse(JSON.parse(await sterna(env, 'api-key', 'create', 'bench', '--output', 'json')));
  env['STERNA_API_KEY'] = key;
  const urls = ['--graph-url', target.graphUrl, '--authority-url', target.authorityUrl];
  const ids = ['--entra-tenant-id', target.entraTenantId, '--client-id', target.clientId];
  await sterna(env, 'target', 'set', ...ids, ...urls);
  const server = ['--remote-server', '127.0.0.1', '--port', String(dovecot.port), '--security', 'None'];
  await sterna(env, 'endpoint', 'create', 'imap', ...server);
  return env;
}

/** Migrates source mailboxes to new targets; resolves to the seconds from the command to Synced. */
async function migrate(env: Environment, directory: string, name: string, users: string[]): Promise<number> {
  const csv = path.join(directory, `${name}.csv`);
  const rows = users.map((user) => `${name}-${user}@${testMailDomain},${user},${password}\n`);
  await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`);
  const startedAt = Date.now();
  await sterna(env, 'batch', 'create', name, '--source-endpoint', 'imap', '--csv', csv, '--auto-start');
  await sterna(env, 'batch', 'watch', name);
  return (Date.now() - startedAt) / 1000;
}

/** The most memory a process has had, in MB (proc(5), VmHWM). */
async function peakMemory(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

/** Seconds of processor time of a process, its children that ended included (proc(5), in ticks of 10 ms). */
async function processorSeconds(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) / 100;
}

async function printUse({ services, exchange, mongodb, rabbitmq }: LocalStack): Promise<void> {
  const processes = [
    ...serviceNames.map((name) => ({ name, pid: services.byName[name].pid })),
    ...[
      { name: 'exchange-emulator', pid: exchange?.pid },
      { name: 'mongodb', pid: mongodb.pid },
    ],
    { name: 'rabbitmq', pid: rabbitmq.pid },
  ];
  for (const { name, pid } of processes) {
    if (typeof pid !== 'number') continue;
    console.log(
      `${name}: ${await peakMemory(pid)} MB at most, ${(await processorSeconds(pid)).toFixed(1)} s of processor`,
    );
  }
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}

const counters = z.object({
  mailboxes: z.record(z.string(), z.object({ requests: z.record(z.string(), z.number()) })),
});

async function requestsOf(stack: LocalStack, address: string): Promise<number> {
  if (stack.exchange === null) return 0;
  const answer = await fetch(`${stack.exchange.url}/_emulator/counters`);
  const { requests = {} } = counters.parse(await answer.json()).mailboxes[address] ?? {};
  return Object.values(requests).reduce((sum, count) => sum + count, 0);
}

/** A tool that leaves messages behind is not fast. */
async function countMessages(account: SourceAccount): Promise<number> {
  let count = 0;
  for await (const message of readSourceMailbox(account)) count += message.uid > 0 ? 1 : 0;
  return count;
}

async function benchRates(stack: LocalStack, env: Environment, directory: string): Promise<void> {
  const { dovecot } = stack;
  const from = { name: 'source', password };
  await dovecot.setUser(from);
  const folders = [
    { path: ['INBOX'], messages: Math.ceil(messages * 0.8), flags: { Seen: 0.6 } },
    { path: ['Archive', '2002'], messages: Math.floor(messages * 0.2) },
  ];
  const inventory = await fillMailbox({ maildir: dovecot.maildirOf(from.name), seed: 1, folders });
  console.log(`${inventory.messages} messages, ${(inventory.bytes / 1e6).toFixed(1)} MB, ${rounds} rounds`);
  const rates = new Map<string, number[]>();
  const note = (name: string, seconds: number): void => {
    const rate = inventory.messages / seconds;
    rates.set(name, [...(rates.get(name) ?? []), rate]);
    console.log(`  ${name}: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} messages/s`);
  };
  const peers = findPeers();
  for (let round = 1; round <= rounds; round += 1) {
    for (const peer of peers) {
      const to = { name: `${peer.name}-${round}`, password };
      await dovecot.setUser(to);
      const startedAt = Date.now();
      const { host, port } = dovecot;
      await peer.run({ host, port, from, to, directory: path.join(directory, to.name) });
      const seconds = (Date.now() - startedAt) / 1000;
      const copied = await countMessages({ host, port, userName: to.name, password });
      if (copied !== inventory.messages)
        throw new Error(`${peer.name} copied ${copied} of ${inventory.messages}`);
      note(peer.name, seconds);
    }
    note('sterna', await migrate(env, directory, `round${round}`, [from.name]));
  }
  const own = rates.get('sterna') ?? [];
  for (const { name } of peers) {
    const ratios = own.map((rate, index) => rate / (rates.get(name)?.[index] ?? 0));
    const shown = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
    console.log(`sterna / ${name}: ${median(ratios).toFixed(2)} (median; each round: ${shown})`);
  }
  const requests = await requestsOf(stack, `round1-${from.name}@${testMailDomain}`);
  console.log(`requests a message: ${(requests / inventory.messages).toFixed(3)}`);
}

async function benchLarge(stack: LocalStack, env: Environment, directory: string): Promise<void> {
  const users = Array.from({ length: largeMailboxes }, (_, index) => `large${index}`);
  for (const [index, name] of users.entries()) {
    await stack.dovecot.setUser({ name, password });
    const folders = [{ path: ['INBOX'], messages: 0, largeMessageBytes: 35_000_000 }];
    await fillMailbox({ maildir: stack.dovecot.maildirOf(name), seed: index, folders });
  }
  const seconds = await migrate(env, directory, 'large', users);
  console.log(`${largeMailboxes} messages of 35 MB at once: ${seconds.toFixed(1)} s`);
}

/** A mailbox of many folders, and then a synchronisation in which nothing is new. */
async function benchFolders(stack: LocalStack, env: Environment, directory: string): Promise<void> {
  const name = 'folders';
  await stack.dovecot.setUser({ name, password });
  const folders = Array.from({ length: folderCount }, (_, index) => ({
    path: ['Kunden', `${Math.floor(index / 100)}`, `Folder ${index}`],
    messages: 1,
  }));
  await fillMailbox({ maildir: stack.dovecot.maildirOf(name), seed: 1, folders });
  const address = `folders-${name}@${testMailDomain}`;
  console.log(`${folderCount} folders: ${(await migrate(env, directory, name, [name])).toFixed(1)} s`);
  const requests = await requestsOf(stack, address);
  console.log(`requests a folder with its message: ${(requests / folderCount).toFixed(2)}`);
  const startedAt = Date.now();
  await sterna(env, 'batch', 'sync', name);
  await sterna(env, 'batch', 'watch', name);
  const again = (await requestsOf(stack, address)) - requests;
  console.log(`nothing new: ${((Date.now() - startedAt) / 1000).toFixed(1)} s, ${again} requests`);
}

const state = await createStateDirectory('bench');
const stack = await startLocalStack({
  stateDir: state.path,
  exchangeFlags: values['no-throttle'] ? ['--no-throttle'] : [],
});
try {
  const env = await prepare(stack);
  if (folderCount > 0) await benchFolders(stack, env, state.path);
  else if (largeMailboxes > 0) await benchLarge(stack, env, state.path);
  else await benchRates(stack, env, state.path);
  await printUse(stack);
} finally {
  await stack.stop();
  await state.remove();
}
