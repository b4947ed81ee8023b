export { ConfigurationError, readConfiguration } from './configuration.js';
export { createLogger, describeError, type Logger } from './logger.js';
export { NestLogger } from './nest-logger.js';
export { type HealthCheck, type HealthServer, startHealthServer } from './health-server.js';
export { shutDownOnSignal, type ShutdownStep } from './shutdown.js';
export { pauseFor } from './abortable.js';
export { KeptLease, type KeptLeaseOptions, type RenewedLease } from './kept-lease.js';
