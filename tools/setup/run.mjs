#!/usr/bin/env node
/**
 * The two commands, from a fresh clone on: installs what is missing, builds, then runs the quickstart or the
 * tests. Runs on Node 20 without any package; everything after the installation runs on the Node of
 * node_modules.
 *
 *   node tools/setup/run.mjs quickstart [--keep]
 *   node tools/setup/run.mjs test
 *   node tools/setup/run.mjs fuzz [--examples 60] [--seed 1]
 */
import path from 'node:path';
import { installNpmPackages, installServers, root } from './install.mjs';
import { run } from './process.mjs';
import { runTests } from './test-steps.mjs';

const [command, ...rest] = process.argv.slice(2);

async function step(name, work) {
  const started = Date.now();
  const code = await work();
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  if (code !== 0) {
    console.error(`\nSterna: the step "${name}" failed (exit code ${code}, ${seconds} s)`);
    if (command === 'test') console.log('Sterna: 0 passed, 1 failed');
    process.exit(code);
  }
  console.error(`Sterna: ${name}: ${seconds} s`);
}

if (!['quickstart', 'test', 'fuzz'].includes(command)) {
  console.error('usage: node tools/setup/run.mjs quickstart [--keep] | test | fuzz');
  process.exit(2);
}
await step('install npm packages', () => installNpmPackages(run));
await step('install servers', () => installServers(run, command));
if (command === 'test') {
  process.exit(await runTests());
}
const quietly = { stdio: ['ignore', 'ignore', 'inherit'] };
await step('build', async () => {
  const build = ['run-many', '-t', 'build', '--outputStyle=static'];
  const code = await run('nx', build, quietly);
  return code === 0 ? 0 : run('nx', build);
});
process.exit(await run('node', [path.join(root, 'tools', 'local-stack', 'dist', `${command}.js`), ...rest]));
