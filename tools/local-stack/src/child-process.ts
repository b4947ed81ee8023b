import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { findProgram } from './workspace-path.js';

/** A server that runs as a child of this process. */
export interface RunningProcess {
  readonly name: string;
  readonly pid: number;
  /** Resolves with the exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  /** Asks it to stop, kills it after `graceMs` (15 s), resolves when it is gone. */
  stop(graceMs?: number): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

const living = new Set<ChildProcess>();
let isWatching = false;

/** An orderly exit takes along whatever still runs; for every other end of this process see `tied`. */
function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const child of living) killGroup(child, 'SIGKILL');
  });
}

/**
 * Has the kernel send `signal` to the program when this process dies, in whatever way (prctl(2),
 * PR_SET_PDEATHSIG, by util-linux's setpriv).
 */
function tied(command: string, args: string[], signal: NodeJS.Signals): [string, string[]] {
  const setpriv = findProgram('setpriv');
  return setpriv === null ? [command, args] : [setpriv, ['--pdeathsig', signal.slice(3), command, ...args]];
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** What to start, and how. */
export interface ProcessOptions {
  name: string;
  command: string;
  args: string[];
  /** Added to this process's own environment. */
  env?: Record<string, string>;
  /** Where its output goes, appended. */
  logFile: string;
  /** What it gets when this process dies; SIGTERM suits a server with children of its own (SIGKILL). */
  deathSignal?: 'SIGKILL' | 'SIGTERM';
}

/**
 * Starts a program in a process group of its own, so that a Ctrl-C on the terminal reaches only this process,
 * which then stops its servers in its own order. Its standard input stays open for as long as this process lives.
 */
export function startProcess(options: ProcessOptions): RunningProcess {
  watchExit();
  const log = openSync(options.logFile, 'a');
  const child = spawn(...tied(options.command, options.args, options.deathSignal ?? 'SIGKILL'), {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  living.add(child);
  const exited = new Promise<number | null>((resolve) => {
    child.on('error', () => {
      living.delete(child);
      resolve(127);
    });
    child.on('exit', (code) => {
      living.delete(child);
      resolve(code);
    });
  });
  return {
    name: options.name,
    pid: child.pid ?? 0,
    exited,
    kill: (signal) => killGroup(child, signal),
    async stop(graceMs = 15_000) {
      if (!living.has(child)) return;
      killGroup(child, 'SIGTERM');
      const timer = setTimeout(() => killGroup(child, 'SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

/**
 * Waits until `check` holds, looking every 100 ms.
 * @throws Error with the end of the log when the process ends before, or after `timeoutMs`.
 */
export async function waitUntilReady(
  running: RunningProcess,
  logFile: string,
  check: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  const ended = running.exited.then(() => true);
  while (!(await check().catch(() => false))) {
    const hasEnded = await Promise.race([ended, pause(100).then(() => false)]);
    if (hasEnded || Date.now() > deadline) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      const what = hasEnded ? 'ended before it was ready' : `was not ready within ${timeoutMs} ms`;
      throw new Error(`${running.name} ${what}; the end of ${logFile}:\n${log.slice(-2_000)}`);
    }
  }
}
