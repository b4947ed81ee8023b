import type { Logger } from './logger.js';

/** Part of an orderly end: stop taking work, hand back or finish what is held, close connections. */
export interface ShutdownStep {
  name: string;
  run(): Promise<void> | void;
}

const limitMs = 10_000;

/**
 * On the first SIGTERM or SIGINT aborts `controller`, runs the steps in order and exits with 0; after 10 s
 * exits with 1 whatever is left. A step that throws is logged and the next one still runs.
 */
export function shutDownOnSignal(options: {
  logger: Logger;
  controller: AbortController;
  steps: ShutdownStep[];
}): void {
  let isEnding = false;
  const end = async (signal: string): Promise<void> => {
    if (isEnding) return;
    isEnding = true;
    options.logger.info({ signal }, 'ending');
    const timer = setTimeout(() => {
      options.logger.error('did not end in time');
      process.exit(1);
    }, limitMs);
    timer.unref();
    options.controller.abort(new Error(`ended by ${signal}`));
    for (const step of options.steps) {
      try {
        await step.run();
      } catch (error) {
        options.logger.error({ error, step: step.name }, 'a step of the shutdown failed');
      }
    }
    process.exit(0);
  };
  process.on('SIGTERM', () => void end('SIGTERM'));
  process.on('SIGINT', () => void end('SIGINT'));
}
