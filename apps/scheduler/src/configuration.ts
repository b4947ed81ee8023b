import { z } from 'zod';

/** What the scheduler reads from its environment. */
export const configurationSchema = z.object({
  STERNA_MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  STERNA_AMQP_URL: z.string().regex(/^amqps?:\/\//, 'must begin with amqp:// or amqps://'),
  STERNA_SECRETS_KEYRING: z.string().min(1),
  STERNA_QUEUE_TYPE: z.enum(['quorum', 'classic']).default('quorum'),
  STERNA_SMTP_URL: z
    .string()
    .regex(/^(smtps?:\/\/.+)?$/, 'must begin with smtp:// or smtps://')
    .default(''),
  STERNA_MAIL_FROM: z.string().min(3).default('Sterna <sterna@localhost>'),
  STERNA_TICK_MS: z.coerce.number().int().min(20).max(60_000).default(500),
  STERNA_HEALTH_PORT: z.coerce.number().int().min(0).max(65_535).default(9090),
  STERNA_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
