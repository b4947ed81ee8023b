import { MigrationError } from '@sterna/domain';
import { mongo } from 'mongoose';

const outages = [
  mongo.MongoNetworkError,
  mongo.MongoServerSelectionError,
  mongo.MongoNotConnectedError,
  mongo.MongoServerClosedError,
  mongo.MongoTopologyClosedError,
  mongo.MongoClientClosedError,
];

/**
 * What the driver throws when MongoDB cannot be reached, breaks off, or changes its primary, as the MigrationError
 * `stateUnavailable`; anything else as it is. A write that broke off may have been done.
 */
export function asStateError(error: unknown): unknown {
  const isOutage = outages.some((kind) => error instanceof kind) || isChangeOfPrimary(error);
  if (!isOutage) return error;
  return new MigrationError({
    code: 'stateUnavailable',
    scope: 'service',
    retry: { kind: 'backoff' },
    message: `MongoDB is not available: ${error instanceof Error ? error.message : String(error)}`,
    cause: error,
  });
}

const isChangeOfPrimary = (error: unknown): boolean =>
  error instanceof mongo.MongoServerError && error.hasErrorLabel('RetryableWriteError');
