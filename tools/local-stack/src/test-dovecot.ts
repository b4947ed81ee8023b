import { z } from 'zod';
import type { DovecotAddress } from './dovecot.js';
import { MailUsers } from './mail-users.js';

const address = z.object({
  host: z.string(),
  port: z.int(),
  tlsPort: z.int(),
  caPath: z.string(),
  mailRoot: z.string(),
  usersDir: z.string(),
});

/** The Dovecot of the integration tests, from STERNA_TEST_DOVECOT, and its users. */
export function dovecotFromEnvironment(): DovecotAddress & { users: MailUsers } {
  const text = process.env['STERNA_TEST_DOVECOT'];
  if (text === undefined)
    throw new Error('STERNA_TEST_DOVECOT is not set: run with vitest.integration.config.ts');
  const found = address.parse(JSON.parse(text));
  return { ...found, users: new MailUsers(found.usersDir, found.mailRoot) };
}
