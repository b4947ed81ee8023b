import mongoose from 'mongoose';
import { expect, it } from 'vitest';
import { connectionPrototype, endEndlessWrites } from './endless-write.js';

it('a command fails, and the next succeeds, when its socket is gone before the driver has noticed', async () => {
  const prototype = connectionPrototype();
  const { writeCommand } = prototype;
  let isArmed = false;
  prototype.writeCommand = function (...parameters) {
    if (isArmed) {
      isArmed = false;
      this.socket.destroy();
    }
    return writeCommand.apply(this, parameters);
  };
  endEndlessWrites();
  const client = new mongoose.mongo.MongoClient(process.env['STERNA_TEST_MONGODB_URL'] ?? '', {
    retryReads: false,
  });
  try {
    const database = client.db('endless-write');
    await database.command({ ping: 1 });
    isArmed = true;
    await expect(database.command({ ping: 1 })).rejects.toThrow(/connection \d+ to .* closed/);
    expect(await database.command({ ping: 1 })).toMatchObject({ ok: 1 });
  } finally {
    prototype.writeCommand = writeCommand;
    await client.close();
  }
});
