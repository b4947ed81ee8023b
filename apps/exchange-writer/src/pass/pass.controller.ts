import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { type WriterPass, writerPassesQueue } from '@sterna/contracts';
import type { WorkOutcome, WorkPayload } from '@sterna/messaging';
import { PassRunner } from './pass-runner.js';

/** Takes passes from the queue of work. */
@Controller()
export class PassController {
  constructor(@Inject(PassRunner) private readonly runner: PassRunner) {}

  @EventPattern(writerPassesQueue)
  write(@Payload() { envelope, context }: WorkPayload<WriterPass>): Promise<WorkOutcome> {
    return this.runner.run(envelope, context);
  }
}
