import { passwordStoreVariables } from '@sterna/source-login';
import { z } from 'zod';

/** What imap-reader reads from its environment. */
export const configurationSchema = z.object({
  STERNA_MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  STERNA_AMQP_URL: z.string().regex(/^amqps?:\/\//, 'must begin with amqp:// or amqps://'),
  STERNA_SECRETS_KEYRING: z.string().min(1),
  STERNA_QUEUE_TYPE: z.enum(['quorum', 'classic']).default('quorum'),
  STERNA_READER_SLOTS: z.coerce.number().int().min(1).max(1_000).default(8),
  STERNA_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(9090),
  ...passwordStoreVariables,
  STERNA_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
