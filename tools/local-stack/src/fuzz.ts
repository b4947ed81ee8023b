/**
 * Sends the API what its OpenAPI document allows and what it does not, and looks for answers with 5xx and for answers
 * that the document does not have. Schemathesis makes the requests.
 *
 *   node tools/local-stack/dist/fuzz.js [--examples 60] [--seed 1]
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { narrowDocument } from './fuzz-document.js';
import { type LocalStack, startLocalStack } from './stack.js';
import { createStateDirectory } from './state-directory.js';
import { workspaceRoot } from './workspace-path.js';

const { values } = parseArgs({
  options: { examples: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } },
});
const version = '4.32.5';
const environment = path.join(workspaceRoot, '.tools', `schemathesis-${version}`);
const schemathesis = path.join(environment, 'bin', 'schemathesis');
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_schema_conformance',
];
/** The stream of events has no end. */
const leftOut = ['watchBatch'];
const tenantId = 'fuzz';

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** Installs Schemathesis once, into a directory of this checkout. */
async function install(): Promise<void> {
  if (existsSync(schemathesis)) return;
  const made = await run('python3', ['-m', 'venv', environment]);
  const pip = path.join(environment, 'bin', 'pip');
  const code = made === 0 ? await run(pip, ['install', '--quiet', `schemathesis==${version}`]) : made;
  if (code !== 0)
    throw new Error('Schemathesis could not be installed; python3 and python3-venv are needed.');
}

async function call(stack: LocalStack, key: string, resource: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`${stack.services.url}/v1${resource}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${resource}: ${answer.status}: ${text}`);
  return JSON.parse(text);
}

/** A tenant with an endpoint, a batch and a mailbox, so that requests find something; gives its key. */
async function prepare(stack: LocalStack): Promise<string> {
  const { operatorKey } = stack.services;
  await call(stack, operatorKey, '/tenants', { tenantId, name: 'Fuzz' });
  const made = await call(stack, operatorKey, `/tenants/${tenantId}/api-keys`, { name: 'fuzz' });
  const { key } = z.object({ key: z.string() }).parse(made);
  const endpoint = { name: 'imap', remoteServer: 'localhost', port: stack.dovecot.port, security: 'None' };
  await call(stack, key, `/tenants/${tenantId}/endpoints`, endpoint);
  const csv = 'EmailAddress,UserName,Password\nann@contoso.edu,ann,p\n';
  await call(stack, key, `/tenants/${tenantId}/batches`, { name: 'batch', sourceEndpoint: 'imap', csv });
  return key;
}

/** A fuzzer that is turned away everywhere finds nothing: some of its changes must be in the audit. */
async function requireAccepted(stack: LocalStack, key: string): Promise<void> {
  const answer = await fetch(`${stack.services.url}/v1/tenants/${tenantId}/audit?limit=1000`, {
    headers: { Authorization: `Bearer ${key}` },
  });
  const { items } = z.object({ items: z.array(z.object({ action: z.string() })) }).parse(await answer.json());
  const actions = new Set(items.map(({ action }) => action));
  console.log(`Accepted: ${items.length} changes (${[...actions].join(', ')})`);
  if (items.length < 20)
    throw new Error('hardly any request was accepted; the search was not worth anything');
}

async function fuzz(stack: LocalStack, directory: string): Promise<number> {
  const key = await prepare(stack);
  const text = await readFile(path.join(workspaceRoot, 'docs', 'openapi.json'), 'utf8');
  const known = {
    tenantId: [tenantId],
    batch: ['batch', 'missing'],
    endpoint: ['imap', 'missing'],
    user: ['ann@contoso.edu', 'missing@contoso.edu'],
  };
  const file = path.join(directory, 'openapi.json');
  await writeFile(file, JSON.stringify(narrowDocument(JSON.parse(text), known)));
  const common = [
    ...['run', file, '--url', stack.services.url, '--checks', checks.join(',')],
    ...['--max-examples', values.examples, '--seed', values.seed, '--phases', 'coverage,fuzzing'],
    ...['--request-timeout', '30', '--warnings', 'off', '--continue-on-failure'],
    ...leftOut.flatMap((id) => ['--exclude-operation-id', id]),
  ];
  const asTenant = ['--header', `Authorization: Bearer ${key}`, '--exclude-tag', 'operator'];
  const asOperator = [
    '--header',
    `Authorization: Bearer ${stack.services.operatorKey}`,
    '--include-tag',
    'operator',
  ];
  const tenantCode = await run(schemathesis, [...common, ...asTenant]);
  const operatorCode = await run(schemathesis, [...common, ...asOperator]);
  await requireAccepted(stack, key);
  return tenantCode === 0 ? operatorCode : tenantCode;
}

await install();
const state = await createStateDirectory('fuzz');
const stack = await startLocalStack({ stateDir: state.path });
try {
  process.exitCode = await fuzz(stack, state.path);
} finally {
  await stack.stop();
  await state.remove();
}
