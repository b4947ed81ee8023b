import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { readerPass, readerPassesQueue } from '@sterna/contracts';
import { AmqpWorkStrategy, Broker } from '@sterna/messaging';
import {
  createLogger,
  NestLogger,
  readConfiguration,
  shutDownOnSignal,
  startHealthServer,
} from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { createPasswordStore, SourceLogins } from '@sterna/source-login';
import { StateStore } from '@sterna/state';
import { configurationSchema } from './configuration.js';
import { PassRunner } from './pass/pass-runner.js';
import { ReaderModule } from './reader.module.js';

const configuration = readConfiguration(configurationSchema);
const logger = createLogger({ service: 'imap-reader', level: configuration.STERNA_LOG_LEVEL });
const store = await StateStore.connect({
  url: configuration.STERNA_MONGODB_URL,
  keyring: createKeyring(configuration.STERNA_SECRETS_KEYRING),
});
const broker = await Broker.connect({
  url: configuration.STERNA_AMQP_URL,
  name: 'imap-reader',
  logger,
  queueType: configuration.STERNA_QUEUE_TYPE,
});
const logins = new SourceLogins({ secrets: store.secrets, passwords: createPasswordStore(configuration) });
const runner = new PassRunner({ store, broker, logins, logger });
const slots = configuration.STERNA_READER_SLOTS;
const strategy = new AmqpWorkStrategy(broker, [{ queue: readerPassesQueue, schema: readerPass, slots }]);
const service = await NestFactory.createMicroservice(ReaderModule.of(runner), {
  strategy,
  logger: new NestLogger(logger),
});
const health = await startHealthServer({
  port: configuration.STERNA_HEALTH_PORT,
  checks: [
    { name: 'mongodb', check: () => store.isAlive() },
    { name: 'rabbitmq', check: () => broker.isAlive() },
  ],
});
await service.listen();
logger.info({ slots, healthPort: health.port }, 'taking passes');
shutDownOnSignal({
  logger,
  controller: new AbortController(),
  steps: [
    { name: 'passes', run: () => service.close() },
    { name: 'health', run: () => health.close() },
    { name: 'broker', run: () => broker.close() },
    { name: 'store', run: () => store.close() },
  ],
});
