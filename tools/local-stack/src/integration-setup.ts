import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { startDovecot } from './dovecot.js';
import { startMongoDb } from './mongodb.js';
import { startRabbitMq } from './rabbitmq.js';
import { workspaceRoot } from './workspace-path.js';

/** Starts the servers once for all integration tests, which find them through STERNA_TEST_* variables. */
export default async function setup(): Promise<() => Promise<void>> {
  const stateDir = path.join(workspaceRoot, '.local', `integration-${process.pid}`);
  await mkdir(stateDir, { recursive: true });
  const [mongodb, rabbitmq, dovecot] = await Promise.all([
    startMongoDb({ stateDir, url: process.env['STERNA_MONGODB_URL'] }),
    startRabbitMq({ stateDir, url: process.env['STERNA_AMQP_URL'] }),
    startDovecot({
      stateDir,
      users: ['terry', 'ann', 'paul', 'empty'].map((name) => ({ name, password: `${name}-secret` })),
    }),
  ]);
  process.env['STERNA_TEST_MONGODB_URL'] = mongodb.url;
  process.env['STERNA_TEST_AMQP_URL'] = rabbitmq.url;
  process.env['STERNA_TEST_DOVECOT'] = JSON.stringify({
    host: dovecot.host,
    port: dovecot.port,
    tlsPort: dovecot.tlsPort,
    certificateFile: dovecot.certificateFile,
  });
  return async () => {
    await Promise.all([mongodb.stop(), rabbitmq.stop(), dovecot.stop()]);
    await rm(stateDir, { recursive: true, force: true });
  };
}
