/**
 * Makes a batch of a CSV file of 50,000 rows, Microsoft's limit, and says how long that takes and how much memory
 * batch-api and the scheduler take for it. The file is only checked first (-WhatIf), which is the reading alone. Then
 * the batch is started (its mailboxes wait for a StartAfter), shown, stopped, reported on and removed.
 *
 *   node tools/local-stack/dist/bench-csv.js [--rows 50000]
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { startLocalStack } from './stack.js';
import { createStateDirectory } from './state-directory.js';

const { values } = parseArgs({ options: { rows: { type: 'string', default: '50000' } } });
const tenantId = 'bench';

const state = await createStateDirectory('bench-csv');
const stack = await startLocalStack({ stateDir: state.path });

async function request(key: string, method: string, resource: string, body?: unknown): Promise<Response> {
  return fetch(`${stack.services.url}/v1${resource}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function call(key: string, resource: string, body?: unknown, method = 'POST'): Promise<unknown> {
  const answer = await request(key, method, resource, body);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${resource}: ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}

/** Until the status is the wanted one, or the batch is gone. */
async function waitFor(key: string, resource: string, status: string): Promise<void> {
  for (;;) {
    const answer = await request(key, 'GET', resource);
    if (answer.status === 404) return;
    if (!answer.ok) throw new Error(`${resource}: ${answer.status}: ${await answer.text()}`);
    const batch = z.looseObject({ status: z.string() }).parse(await answer.json());
    if (batch.status === status) return;
    await pause(1_000);
  }
}

function writeRows(count: number): string {
  const rows = Array.from(
    { length: count },
    (_, index) => `user${index}@contoso.example,user${index},"a password, of ${index} with ""quotes"""`,
  );
  return ['EmailAddress,UserName,Password', ...rows].join('\r\n');
}

/** The largest resident memory of a service so far, in MB, as Linux counts it. */
async function peakOf(service: 'batch-api' | 'scheduler'): Promise<number> {
  const status = await readFile(`/proc/${stack.services.byName[service].pid}/status`, 'utf8');
  return Math.round(Number(/^VmHWM:\s+(\d+)/mu.exec(status)?.[1] ?? 0) / 1024);
}

async function printPeaks(): Promise<string> {
  return `peak of batch-api ${await peakOf('batch-api')} MB, of the scheduler ${await peakOf('scheduler')} MB`;
}

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  await work();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${what}: ${seconds} s, ${await printPeaks()}`);
}

try {
  const { operatorKey } = stack.services;
  await call(operatorKey, '/tenants', { tenantId, name: 'Bench' });
  const made = await call(operatorKey, `/tenants/${tenantId}/api-keys`, { name: 'bench' });
  const { key } = z.object({ key: z.string() }).parse(made);
  const server = { remoteServer: 'localhost', port: stack.dovecot.port, security: 'None' };
  await call(key, `/tenants/${tenantId}/endpoints`, { name: 'imap', ...server });
  const startAfter = new Date(Date.now() + 86_400_000).toISOString();
  const batch = { name: 'large', sourceEndpoint: 'imap', startAfter, csv: writeRows(Number(values.rows)) };
  const batches = `/tenants/${tenantId}/batches`;
  console.log(`${values.rows} rows; before: ${await printPeaks()}`);
  await measure('checked', () => call(key, `${batches}/validate`, batch));
  await measure('made', () => call(key, batches, batch));
  await measure('started', () => call(key, `${batches}/large/start`));
  await measure('shown', () => call(key, `${batches}/large`, undefined, 'GET'));
  await measure('stopped', async () => {
    await call(key, `${batches}/large/stop`);
    await waitFor(key, `${batches}/large`, 'Stopped');
  });
  await measure('reported', () => call(key, `${batches}/large/report`, undefined, 'GET'));
  await measure('removed', async () => {
    await call(key, `${batches}/large`, undefined, 'DELETE');
    await waitFor(key, `${batches}/large`, 'removed');
  });
} finally {
  await stack.stop();
  await state.remove();
}
