import { Broker, WorkPublisher } from '@sterna/messaging';
import {
  createLogger,
  NestLogger,
  readConfiguration,
  shutDownOnSignal,
  startHealthServer,
} from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { StateStore } from '@sterna/state';
import { SystemClock } from './clock.js';
import { configurationSchema } from './configuration.js';
import { createScheduler } from './create-scheduler.js';
import { ReportMailer } from './reports/report-mailer.js';
import { Ticker } from './ticker.js';

const configuration = readConfiguration(configurationSchema);
const logger = createLogger({ service: 'scheduler', level: configuration.STERNA_LOG_LEVEL });
const store = await StateStore.connect({
  url: configuration.STERNA_MONGODB_URL,
  keyring: createKeyring(configuration.STERNA_SECRETS_KEYRING),
});
const broker = await Broker.connect({
  url: configuration.STERNA_AMQP_URL,
  name: 'scheduler',
  logger,
  queueType: configuration.STERNA_QUEUE_TYPE,
});
const mailer = new ReportMailer({
  url: configuration.STERNA_SMTP_URL === '' ? null : configuration.STERNA_SMTP_URL,
  from: configuration.STERNA_MAIL_FROM,
});
const app = await createScheduler(
  {
    store,
    broker,
    publisher: new WorkPublisher(broker),
    clock: new SystemClock(),
    mailer,
    logger,
    tickMs: configuration.STERNA_TICK_MS,
  },
  new NestLogger(logger),
);
const health = await startHealthServer({
  port: configuration.STERNA_HEALTH_PORT,
  checks: [
    { name: 'mongodb', check: () => store.isAlive() },
    { name: 'rabbitmq', check: () => broker.isAlive() },
  ],
});
app.get(Ticker).start();
logger.info({ healthPort: health.port }, 'scheduling');
shutDownOnSignal({
  logger,
  controller: new AbortController(),
  steps: [
    { name: 'ticks', run: () => app.close() },
    { name: 'mail', run: () => mailer.close() },
    { name: 'health', run: () => health.close() },
    { name: 'broker', run: () => broker.close() },
    { name: 'store', run: () => store.close() },
  ],
});
