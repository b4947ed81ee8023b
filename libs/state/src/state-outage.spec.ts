import { MigrationError } from '@sterna/domain';
import { mongo } from 'mongoose';
import { describe, expect, it } from 'vitest';
import { asStateError } from './state-outage.js';

describe('asStateError', () => {
  it('names an outage of the database, also one in the middle of a command', async () => {
    const client = new mongo.MongoClient('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 50 });
    const unreachable: unknown = await client.connect().catch((error: unknown) => error);
    await client.close();
    const brokenOff = new mongo.MongoNetworkError('connection 3 closed');
    const steppedDown = new mongo.MongoServerError({ message: 'not primary', code: 10107 });
    steppedDown.addErrorLabel('RetryableWriteError');
    for (const error of [unreachable, brokenOff, steppedDown]) {
      const found = asStateError(error);
      expect(found).toBeInstanceOf(MigrationError);
      expect(found).toMatchObject({ code: 'stateUnavailable', retry: { kind: 'backoff' }, cause: error });
    }
  });

  it('leaves what is not an outage as it is', () => {
    const duplicate = new mongo.MongoServerError({ message: 'E11000 duplicate key', code: 11000 });
    for (const error of [duplicate, new TypeError('x is undefined'), 'text']) {
      expect(asStateError(error)).toBe(error);
    }
  });
});
