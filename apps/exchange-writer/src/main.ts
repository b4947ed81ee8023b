import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { writerPass, writerPassesQueue } from '@sterna/contracts';
import { TenantTargets } from '@sterna/exchange';
import { AmqpWorkStrategy, Broker } from '@sterna/messaging';
import {
  createLogger,
  NestLogger,
  readConfiguration,
  shutDownOnSignal,
  startHealthServer,
} from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { StateStore } from '@sterna/state';
import { configurationSchema } from './configuration.js';
import { PassRunner } from './pass/pass-runner.js';
import { WriterModule } from './writer.module.js';

const configuration = readConfiguration(configurationSchema);
const logger = createLogger({ service: 'exchange-writer', level: configuration.STERNA_LOG_LEVEL });
const store = await StateStore.connect({
  url: configuration.STERNA_MONGODB_URL,
  keyring: createKeyring(configuration.STERNA_SECRETS_KEYRING),
});
const broker = await Broker.connect({
  url: configuration.STERNA_AMQP_URL,
  name: 'exchange-writer',
  logger,
  queueType: configuration.STERNA_QUEUE_TYPE,
});
const targets = new TenantTargets(store.secrets, logger);
const spoolDirectory = configuration.STERNA_SPOOL_DIR;
const runner = new PassRunner({ store, broker, targets, spoolDirectory, logger });
const slots = configuration.STERNA_WRITER_SLOTS;
const strategy = new AmqpWorkStrategy(broker, [{ queue: writerPassesQueue, schema: writerPass, slots }]);
const service = await NestFactory.createMicroservice(WriterModule.of(runner), {
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
    { name: 'targets', run: () => targets.close() },
    { name: 'health', run: () => health.close() },
    { name: 'broker', run: () => broker.close() },
    { name: 'store', run: () => store.close() },
  ],
});
