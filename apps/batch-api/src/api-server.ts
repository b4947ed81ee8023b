import 'reflect-metadata';
import type { LoggerService, NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { maxCsvBytes } from '@sterna/csv';
import type { Logger } from '@sterna/platform';
import { type PasswordStore, SourceLogins } from '@sterna/source-login';
import type { StateStore } from '@sterna/state';
import express from 'express';
import { ApiModule } from './api.module.js';
import { ProblemFilter } from './problems/problem.filter.js';
import { createValidationPipe } from './problems/validation-pipe.js';

/** JSON may write a byte of the CSV as up to six (\u0000); what is realistic fits in twice its size. */
const maxJsonBytes = maxCsvBytes * 2;

export interface ApiServerParts {
  store: StateStore;
  /** Null where the operator keeps no passwords outside. */
  passwords: PasswordStore | null;
  operatorKey: string;
  logger: Logger;
  nestLogger: LoggerService | false;
  /** Mailboxes that this process checks at once; 0 leaves it to others. */
  checkSlots?: number;
}

/** Makes the HTTP application, not yet listening. */
export async function createApiServer(parts: ApiServerParts): Promise<NestExpressApplication> {
  const options: NestApplicationOptions = { bodyParser: false, logger: parts.nestLogger };
  const logins = new SourceLogins({ secrets: parts.store.secrets, passwords: parts.passwords });
  const app = await NestFactory.create<NestExpressApplication>(
    ApiModule.of({ ...parts, logins, checkSlots: parts.checkSlots ?? 0 }),
    options,
  );
  app.disable('x-powered-by');
  app.use(express.json({ limit: maxJsonBytes }));
  app.use(express.raw({ type: ['text/csv', 'text/plain', 'application/octet-stream'], limit: maxCsvBytes }));
  app.useGlobalPipes(createValidationPipe());
  app.useGlobalFilters(new ProblemFilter(parts.logger));
  return app;
}
