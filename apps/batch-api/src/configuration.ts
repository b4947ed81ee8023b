import { passwordStoreVariables } from '@sterna/source-login';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);

/** What batch-api reads from its environment. */
export const configurationSchema = z.object({
  STERNA_MONGODB_URL: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://'),
  STERNA_SECRETS_KEYRING: z.string().min(1),
  STERNA_OPERATOR_KEY: z.string().min(16, 'must have at least 16 characters'),
  STERNA_HTTP_PORT: port.default(8080),
  STERNA_HTTP_HOST: z.string().default('0.0.0.0'),
  STERNA_CHECK_SLOTS: z.coerce.number().int().min(0).max(100).default(10),
  STERNA_HEALTH_PORT: port.default(9090),
  ...passwordStoreVariables,
  STERNA_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
});
