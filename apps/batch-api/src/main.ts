import {
  createLogger,
  NestLogger,
  readConfiguration,
  shutDownOnSignal,
  startHealthServer,
} from '@sterna/platform';
import { createKeyring } from '@sterna/secrets';
import { createPasswordStore } from '@sterna/source-login';
import { StateStore } from '@sterna/state';
import { createApiServer } from './api-server.js';
import { configurationSchema } from './configuration.js';

const configuration = readConfiguration(configurationSchema);
const logger = createLogger({ service: 'batch-api', level: configuration.STERNA_LOG_LEVEL });
const store = await StateStore.connect({
  url: configuration.STERNA_MONGODB_URL,
  keyring: createKeyring(configuration.STERNA_SECRETS_KEYRING),
});
const app = await createApiServer({
  store,
  passwords: createPasswordStore(configuration),
  operatorKey: configuration.STERNA_OPERATOR_KEY,
  logger,
  nestLogger: new NestLogger(logger),
  checkSlots: configuration.STERNA_CHECK_SLOTS,
});
const health = await startHealthServer({
  port: configuration.STERNA_HEALTH_PORT,
  checks: [{ name: 'mongodb', check: async () => (await store.tenants.find('-')) === null }],
});
await app.listen(configuration.STERNA_HTTP_PORT, configuration.STERNA_HTTP_HOST);
logger.info({ url: await app.getUrl() }, 'listening');
shutDownOnSignal({
  logger,
  controller: new AbortController(),
  steps: [
    { name: 'http', run: () => app.close() },
    { name: 'health', run: () => health.close() },
    { name: 'store', run: () => store.close() },
  ],
});
