#!/usr/bin/env node
/**
 * `npm test` from a fresh clone on: installs what is missing, then runs every step of the tests. Runs on Node 20
 * without any package; everything after the installation runs on the Node of node_modules.
 *
 *   node tools/setup/run.mjs test
 */
import { spawn } from 'node:child_process';
import path from 'node:path';
import { installNpmPackages, installServers, root } from './install.mjs';
import { runTests } from './test-steps.mjs';

const [command] = process.argv.slice(2);

/** Runs a program in the checkout with the workspace's own Node first on PATH; resolves to its exit code. */
export function run(program, args, options = {}) {
  const bin = path.join(root, 'node_modules', '.bin');
  const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}`, NX_DAEMON: 'false' };
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', env, ...options });
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(signal === null ? (code ?? 1) : 1));
  });
}

async function step(name, work) {
  const started = Date.now();
  const code = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(`\nSterna: the step "${name}" failed (exit code ${code}, ${seconds} s)`);
    process.exit(code);
  }
  console.error(`Sterna: ${name}: ${seconds} s`);
}

async function main() {
  await step('install npm packages', () => installNpmPackages(run));
  await step('install servers', () => installServers(run));
  process.exit(await runTests(run));
}

if (command !== 'test') {
  console.error('usage: node tools/setup/run.mjs test');
  process.exit(2);
}
await main();
