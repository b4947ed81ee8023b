import { existsSync } from 'node:fs';
import path from 'node:path';
import { type RunningProcess, startProcess, waitUntilReady } from './child-process.js';
import { isPortOpen } from './free-ports.js';
import { workspaceRoot } from './workspace-path.js';

/** The tree of Debian with the servers whose packages conflict with Dovecot's. */
export const debianTree = path.join(workspaceRoot, '.tools', 'courier');

/**
 * Runs a script of this directory as root with mounts and processes of its own, and waits for its port.
 * @throws Error when the tree was not set up
 */
export async function startInTree(options: {
  name: string;
  /** A file that the tree has when it was set up. */
  program: string;
  state: string;
  port: number;
  args: string[];
}): Promise<RunningProcess> {
  const { name, state, port } = options;
  if (!existsSync(path.join(debianTree, options.program))) {
    throw new Error(`There is no ${name} in ${debianTree}: node tools/setup/run.mjs test sets it up.`);
  }
  const logFile = path.join(state, `${name}.log`);
  const script = path.join(workspaceRoot, 'tools', 'local-stack', `${name}.sh`);
  const [command = '', ...args] = [
    ...(process.getuid?.() === 0 ? [] : ['sudo', '-n']),
    ...['unshare', '--mount', '--pid', '--fork', '--kill-child'],
    ...['sh', script, debianTree, state, ...options.args],
  ];
  const running = startProcess({ name, command, args, logFile, deathSignal: 'SIGTERM' });
  await waitUntilReady(running, logFile, () => isPortOpen(port), 30_000);
  return running;
}
