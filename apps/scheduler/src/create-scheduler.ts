import 'reflect-metadata';
import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SchedulerModule, type SchedulerParts } from './scheduler.module.js';

/** Makes the scheduler, not yet ticking: `get(Ticker).start()` begins, `close()` ends it. */
export function createScheduler(
  parts: SchedulerParts,
  nestLogger: LoggerService | false,
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(SchedulerModule.of(parts), { logger: nestLogger });
}
