import type { Logger } from '@sterna/platform';

/** Where the connections of a check write what happens to them. */
export class CheckLogger {
  constructor(readonly logger: Logger) {}
}
