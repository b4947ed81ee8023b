import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { KeyedPool } from './keyed-pool.js';

it('runs no more than its limit at a time, and one of a key', async () => {
  const pool = new KeyedPool(3);
  const running: string[] = [];
  let most = 0;
  const ended: string[] = [];
  for (let index = 0; index < 30; index += 1) {
    const key = `key ${index % 4}`;
    await pool.add(key, async () => {
      expect(running).not.toContain(key);
      running.push(key);
      most = Math.max(most, running.length);
      await pause(index % 3);
      running.splice(running.indexOf(key), 1);
      ended.push(key);
    });
  }
  await pool.drain();
  expect(most).toBe(3);
  expect(ended).toHaveLength(30);
});
