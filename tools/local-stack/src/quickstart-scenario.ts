import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compareMailbox, type MailboxComparison } from './comparison.js';
import { testMailDomain } from './exchange-server.js';
import { deliverNewMail, fillQuickstart, quickstartMailboxes } from './quickstart-mail.js';
import { password, QuickstartFailure, tenant, type Terminal } from './quickstart-terminal.js';
import { readSourceMailbox } from './source-mailbox.js';
import type { LocalStack } from './stack.js';
import { readTargetMailbox } from './target-mailbox.js';

const batch = 'FirstBatch';
const addressOf = (name: string): string => `${name}@${testMailDomain}`;

async function prepareTenant(terminal: Terminal, stack: LocalStack): Promise<void> {
  terminal.say('== The operator makes a tenant, its API key and its way into Exchange Online');
  const { graphUrl, authorityUrl, entraTenantId, clientId } = stack.target;
  await terminal.run('tenant', 'create', 'Contoso', '--id', tenant);
  const key = await terminal.read('api-key', 'create', tenant);
  if (typeof key !== 'object' || key === null || !('key' in key) || typeof key.key !== 'string') {
    throw new QuickstartFailure('api-key create gave no key');
  }
  terminal.env['STERNA_API_KEY'] = key.key;
  const urls = ['--graph-url', graphUrl, '--authority-url', authorityUrl];
  await terminal.run('target', 'set', '--entra-tenant-id', entraTenantId, '--client-id', clientId, ...urls);
}

async function migrate(terminal: Terminal, { dovecot }: LocalStack, csv: string): Promise<void> {
  const server = ['localhost', '--port', String(dovecot.tlsPort), '--ca-certificate', dovecot.caPath];
  terminal.say('== The administrator tests the connection and creates the endpoint');
  await terminal.run('server', 'test', ...server, '--user-name', 'ada');
  await terminal.run('endpoint', 'create', 'IMAPEndpoint', '--remote-server', ...server);
  terminal.say(`== The administrator creates the batch from a CSV file and watches it\n\n$ cat ${csv}`);
  process.stdout.write(await readFile(csv, 'utf8'));
  const source = ['--source-endpoint', 'IMAPEndpoint', '--csv', csv];
  await terminal.run('batch', 'create', batch, ...source, '--auto-start');
  await terminal.run('batch', 'watch', batch);
  await terminal.run('batch', 'report', batch);
}

async function synchroniseAgain(terminal: Terminal, delivered: number, before: number): Promise<void> {
  terminal.say(`== ${delivered} new messages come in at the source; the administrator synchronises again`);
  await terminal.run('batch', 'sync', batch);
  await terminal.run('batch', 'watch', batch);
  const after = await countMigrated(terminal);
  process.stdout.write(`Migrated before: ${before}, now: ${after}; new: ${after - before}\n`);
  if (after - before !== delivered) {
    throw new QuickstartFailure(`${delivered} new messages were expected, ${after - before} arrived`);
  }
}

/** Messages that arrived; every other one that was found would be a fault here. */
async function countMigrated(terminal: Terminal): Promise<number> {
  const found = await terminal.read('batch', 'get', batch);
  const tally = tallyOf(found);
  if (tally.found !== tally.migrated) {
    throw new QuickstartFailure(`${tally.found} messages were found, ${tally.migrated} migrated`);
  }
  return tally.migrated;
}

function tallyOf(value: unknown): { found: number; migrated: number } {
  const tally = typeof value === 'object' && value !== null && 'tally' in value ? value.tally : null;
  if (typeof tally === 'object' && tally !== null && 'found' in tally && 'migrated' in tally) {
    const { found, migrated } = tally;
    if (typeof found === 'number' && typeof migrated === 'number') return { found, migrated };
  }
  throw new QuickstartFailure('batch get gave no tally');
}

async function compareAll(stack: LocalStack, terminal: Terminal): Promise<void> {
  const { exchange, dovecot } = stack;
  if (exchange === null) {
    terminal.say('== The target is not the emulator: no comparison message by message');
    return;
  }
  terminal.say('== Every message of the source is held against the target');
  let differences = 0;
  for (const { name, shows } of quickstartMailboxes) {
    const account = { host: '127.0.0.1', port: dovecot.port, userName: name, password };
    const target = await readTargetMailbox(exchange.url, addressOf(name));
    const result = await compareMailbox(addressOf(name), readSourceMailbox(account), target);
    process.stdout.write(`${describe(result)} (${shows})\n`);
    differences += result.differences.length;
  }
  if (differences > 0) throw new QuickstartFailure(`${differences} differences between source and target`);
}

function describe({ emailAddress, sourceMessages, targetMessages, folders, differences }: MailboxComparison) {
  const counts = `${sourceMessages} messages in ${folders} folders at the source, ${targetMessages} at the target`;
  const shown = differences.slice(0, 20).map((difference) => `\n  ${difference}`);
  return `${emailAddress}: ${counts}, ${differences.length} differences${shown.join('')}`;
}

/**
 * What an administrator does, from the test of the connection to the removal of the batch.
 * @throws QuickstartFailure when a command fails, or a message is not where it has to be
 */
export async function runScenario(stack: LocalStack, terminal: Terminal, directory: string): Promise<void> {
  const { dovecot } = stack;
  const maildirOf = (name: string): string => dovecot.maildirOf(name);
  await Promise.all(quickstartMailboxes.map(({ name }) => dovecot.setUser({ name, password })));
  const inventories = await fillQuickstart(maildirOf);
  const csv = path.join(directory, 'mailboxes.csv');
  const rows = quickstartMailboxes.map(({ name }) => `${addressOf(name)},${name},${password}\n`);
  await writeFile(csv, `EmailAddress,UserName,Password\n${rows.join('')}`, { mode: 0o600 });
  await prepareTenant(terminal, stack);
  await migrate(terminal, stack, csv);
  const before = await countMigrated(terminal);
  await synchroniseAgain(terminal, await deliverNewMail(maildirOf, inventories), before);
  await compareAll(stack, terminal);
  terminal.say('== The administrator removes the batch; what it moved stays where it is');
  await terminal.run('batch', 'remove', batch, '--wait');
  await terminal.run('batch', 'list');
}
