import pino, { type DestinationStream, type Logger as PinoLogger } from 'pino';

/** A JSON logger; context such as tenantId and passId is bound once with `child`. */
export type Logger = PinoLogger;

/** Makes a service's logger. Secrets are cut out by name wherever an object carries them. */
export function createLogger(
  options: { service: string; level?: string },
  destination?: DestinationStream,
): Logger {
  const settings = {
    name: options.service,
    level: options.level ?? 'info',
    base: { service: options.service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: [
        'password',
        '*.password',
        'clientSecret',
        '*.clientSecret',
        'token',
        '*.token',
        'authorization',
        'subject',
        '*.subject',
      ],
      censor: '[removed]',
    },
    serializers: { error: describeError, err: describeError },
  };
  return destination === undefined ? pino(settings) : pino(settings, destination);
}

/** An error as a log line may show it: never the whole object of an SDK, which can hold requests and tokens. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const cause = error.cause instanceof Error ? { cause: error.cause.message } : {};
  return { name: error.name, message: error.message, ...code, ...cause, stack: error.stack };
}
