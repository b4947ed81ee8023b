import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import path from 'node:path';
import { root } from './install.mjs';

const running = new Set();
let endSignal = null;

// Ctrl-C reaches the children by itself; they stop in their own order, and this process ends after them
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    endSignal ??= signal;
    if (signal === 'SIGINT') return;
    for (const child of running) child.kill(signal);
  });
}

/** The exit code that says which signal asked this process to end (128 and its number); null before one did. */
export function signalExitCode() {
  return endSignal === null ? null : 128 + constants.signals[endSignal];
}

/**
 * Runs a program in the checkout with the workspace's own Node first on PATH; resolves to its exit code, 1 after
 * a signal, 127 when it is not there. Once this process was asked to end, nothing is begun any more, and the code is
 * that of the signal.
 */
export function run(program, args, options = {}) {
  if (endSignal !== null) return Promise.resolve(signalExitCode());
  const bin = path.join(root, 'node_modules', '.bin');
  const env = {
    ...process.env,
    PATH: `${bin}${path.delimiter}${process.env.PATH}`,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
  };
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit', env, ...options });
    running.add(child);
    const end = (code) => {
      running.delete(child);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${program}: ${error.message}`);
      end(127);
    });
    options.onStart?.(child);
    child.on('close', (code) => end(signalExitCode() ?? code ?? 1));
  });
}

/** Like `run`, but shows what the program writes in one piece when it has ended, for programs that run side by side. */
export async function runBuffered(program, args) {
  const chunks = [];
  const collect = (child) => {
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
  };
  const code = await run(program, args, { stdio: ['ignore', 'pipe', 'pipe'], onStart: collect });
  process.stdout.write(Buffer.concat(chunks));
  return code;
}
