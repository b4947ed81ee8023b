import { type BeforeApplicationShutdown, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { CheckRunner, CheckTargets, type LoginParts } from '@sterna/preflight';

/** The work on checks in this process, from its start to its end. */
@Injectable()
export class CheckWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly targets: CheckTargets;
  private readonly ending = new AbortController();
  private readonly runner: CheckRunner;

  constructor(readonly parts: LoginParts & { checkSlots: number }) {
    this.targets = new CheckTargets(parts.store, parts.logger);
    this.runner = new CheckRunner({ ...parts, targets: this.targets }, parts.checkSlots);
  }

  onApplicationBootstrap(): void {
    this.runner.start();
  }

  /** Aborted when the service ends. */
  get closing(): AbortSignal {
    return this.ending.signal;
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.ending.abort();
    await this.runner.stop();
    await this.targets.close();
  }

  /** There is something new to check. */
  wake(): void {
    this.runner.wake();
  }
}
