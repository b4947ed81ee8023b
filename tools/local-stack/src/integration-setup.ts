import { startCourier } from './courier.js';
import { startDovecot } from './dovecot.js';
import { startExchangeServer } from './exchange-server.js';
import { startMongoDb } from './mongodb.js';
import { startRabbitMq } from './rabbitmq.js';
import { startTogether } from './start-together.js';
import { createStateDirectory } from './state-directory.js';

/**
 * Starts the servers once for all integration tests, which find them in STERNA_TEST_MONGODB_URL,
 * STERNA_TEST_AMQP_URL, STERNA_TEST_DOVECOT (see dovecotFromEnvironment), STERNA_TEST_COURIER and STERNA_TEST_EXCHANGE. Each test uses
 * databases, queues, users and mailboxes of its own.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const state = await createStateDirectory('integration');
  const stateDir = state.path;
  const [mongodb, rabbitmq, dovecot, exchange, courier] = await startTogether([
    startMongoDb({ stateDir, url: process.env['STERNA_MONGODB_URL'] }),
    startRabbitMq({ stateDir, url: process.env['STERNA_AMQP_URL'] }),
    startDovecot({ stateDir, masterUser: { name: 'master', password: 'master-secret' } }),
    startExchangeServer({ stateDir }),
    startCourier({ stateDir }),
  ]);
  const { host, port, tlsPort, caPath, mailRoot, usersDir } = dovecot;
  process.env['STERNA_TEST_MONGODB_URL'] = mongodb.url;
  process.env['STERNA_TEST_AMQP_URL'] = rabbitmq.url;
  process.env['STERNA_TEST_DOVECOT'] = JSON.stringify({ host, port, tlsPort, caPath, mailRoot, usersDir });
  const { host: courierHost, port: courierPort, mailRoot: courierMail } = courier;
  process.env['STERNA_TEST_COURIER'] = JSON.stringify({
    host: courierHost,
    port: courierPort,
    mailRoot: courierMail,
  });
  const { url, tenant, clientId, clientSecret } = exchange;
  process.env['STERNA_TEST_EXCHANGE'] = JSON.stringify({ url, tenant, clientId, clientSecret });
  return async () => {
    await Promise.all([mongodb.stop(), rabbitmq.stop(), dovecot.stop(), exchange.stop(), courier.stop()]);
    await state.remove();
  };
}
