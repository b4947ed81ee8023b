import type { Logger } from '@sterna/platform';
import type { StateStore } from '@sterna/state';
import type { PassOrder } from '../pass/pass-order.js';
import type { PassOutput } from '../pass/pass-output.js';
import type { SteadySession } from '../pass/steady-session.js';

/** What the steps of a walk work with. */
export interface WalkParts {
  store: StateStore;
  order: PassOrder;
  session: SteadySession;
  output: PassOutput;
  /** Aborted when the walk is to end: somebody asked for it, the service ends, or the lease was lost. */
  signal: AbortSignal;
  logger: Logger;
}
