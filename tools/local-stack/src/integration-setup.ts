import { startCourier } from './courier.js';
import { startCyrus } from './cyrus.js';
import { startDovecot } from './dovecot.js';
import { startExchangeServer } from './exchange-server.js';
import { startMongoDb } from './mongodb.js';
import { startRabbitMq } from './rabbitmq.js';
import { specialLogins } from './special-passwords.js';
import { startTogether } from './start-together.js';
import { createStateDirectory } from './state-directory.js';

/**
 * Starts the servers once for all integration tests, which find them in STERNA_TEST_MONGODB_URL,
 * STERNA_TEST_AMQP_URL, STERNA_TEST_DOVECOT (see dovecotFromEnvironment), STERNA_TEST_COURIER, STERNA_TEST_CYRUS and
 * STERNA_TEST_EXCHANGE. Each test uses databases, queues, users and mailboxes of its own.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const state = await createStateDirectory('integration');
  const stateDir = state.path;
  const [mongodb, rabbitmq, dovecot, exchange, courier, netnews, unix] = await startTogether([
    startMongoDb({ stateDir, url: process.env['STERNA_MONGODB_URL'] }),
    startRabbitMq({ stateDir, url: process.env['STERNA_AMQP_URL'] }),
    startDovecot({
      stateDir,
      users: specialLogins,
      masterUser: { name: 'master', password: 'master-secret' },
    }),
    startExchangeServer({ stateDir }),
    startCourier({ stateDir }),
    startCyrus({ stateDir, hierarchy: 'netnews' }),
    startCyrus({ stateDir, hierarchy: 'unix' }),
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
  process.env['STERNA_TEST_CYRUS'] = JSON.stringify({
    netnews: { host: netnews.host, port: netnews.port },
    unix: { host: unix.host, port: unix.port },
  });
  process.env['STERNA_TEST_LOGINS'] = JSON.stringify(specialLogins);
  const { url, tenant, clientId, clientSecret } = exchange;
  process.env['STERNA_TEST_EXCHANGE'] = JSON.stringify({ url, tenant, clientId, clientSecret });
  return async () => {
    const servers = [mongodb, rabbitmq, dovecot, exchange, courier, netnews, unix];
    await Promise.all(servers.map((server) => server.stop()));
    await state.remove();
  };
}
