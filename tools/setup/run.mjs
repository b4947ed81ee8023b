#!/usr/bin/env node
/**
 * The two commands, from a fresh clone on: installs what is missing, builds, then runs the quickstart or the
 * tests. Runs on Node 20 without any package; everything after the installation runs on the Node of
 * node_modules.
 *
 *   node tools/setup/run.mjs quickstart [--keep]
 *   node tools/setup/run.mjs test
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { installNpmPackages, installServers, root } from './install.mjs';
import { runTests } from './test-steps.mjs';

const [command, ...rest] = process.argv.slice(2);

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
  if (command === 'test') {
    process.exit(await runTests(run));
  }
  await step('build', () =>
    run('nx', ['run-many', '-t', 'build', '--outputStyle=static'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  const entry = path.join(root, 'tools', 'local-stack', 'dist', 'quickstart.js');
  if (!existsSync(entry)) throw new Error(`the build did not make ${entry}`);
  process.exit(await run('node', [entry, ...rest]));
}

if (command !== 'quickstart' && command !== 'test') {
  console.error('usage: node tools/setup/run.mjs quickstart [--keep] | test');
  process.exit(2);
}
await main();
