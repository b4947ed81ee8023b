import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

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

/** No child outlives this process: whatever still runs when it exits is killed. */
function watchExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on('exit', () => {
    for (const child of living) killGroup(child, 'SIGKILL');
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** Starts a program in a process group of its own, its output in `logFile`. */
export function startProcess(options: {
  name: string;
  command: string;
  args: string[];
  env?: Record<string, string>;
  logFile: string;
}): RunningProcess {
  watchExit();
  const log = createWriteStream(options.logFile, { flags: 'a' });
  const child = spawn(options.command, options.args, {
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  living.add(child);
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const exited = new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      log.write(`${error.message}\n`);
      living.delete(child);
      resolve(127);
    });
    child.on('exit', (code) => {
      living.delete(child);
      log.end();
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
      throw new Error(`${running.name} did not get ready\n${log.slice(-2_000)}`);
    }
  }
}
