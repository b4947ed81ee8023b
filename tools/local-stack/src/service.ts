import { type RunningProcess, startProcess, waitUntilReady } from './child-process.js';

/** A Nest service to run as a process of its own. */
export interface ServiceOptions {
  name: string;
  /** The built entry file. */
  entry: string;
  args?: readonly string[];
  env: Record<string, string>;
  logFile: string;
  /** Answers 200 as soon as the service is ready. */
  healthUrl: string;
  /** Arguments of node itself, such as `--import`. */
  nodeArgs?: readonly string[];
  readyTimeoutMs?: number;
}

/** A service that runs, and can be stopped, killed and started again. */
export interface RunningService {
  readonly name: string;
  /** Of the process that runs now. */
  readonly pid: number;
  /** SIGTERM, then SIGKILL after 15 s; resolves to the exit code, null after a signal. */
  stop(): Promise<number | null>;
  /** Kills it without warning, as a crash would. */
  kill(): Promise<void>;
  /** Starts it again after `stop` or `kill`; stops it first when it runs. */
  restart(): Promise<void>;
}

/** Starts a service and waits until its health address answers 200. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  let running = await launch(options);
  const stop = async (): Promise<number | null> => {
    await running.stop(15_000);
    return running.exited;
  };
  return {
    name: options.name,
    get pid() {
      return running.pid;
    },
    stop,
    async kill() {
      running.kill('SIGKILL');
      await running.exited;
    },
    async restart() {
      await stop();
      running = await launch(options);
    },
  };
}

async function launch(options: ServiceOptions): Promise<RunningProcess> {
  const running = startProcess({
    name: options.name,
    command: process.execPath,
    args: [...(options.nodeArgs ?? []), options.entry, ...(options.args ?? [])],
    env: options.env,
    logFile: options.logFile,
  });
  try {
    await waitUntilReady(
      running,
      options.logFile,
      () => isHealthy(options.healthUrl),
      options.readyTimeoutMs,
    );
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

async function isHealthy(url: string): Promise<boolean> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) });
  await answer.body?.cancel();
  return answer.status === 200;
}
