import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PartSpool } from './part-spool.js';

let parent: string;
let spool: PartSpool;
beforeEach(async () => {
  parent = await mkdtemp(path.join(tmpdir(), 'part-spool-'));
  spool = new PartSpool(path.join(parent, 'spool'));
});
afterEach(async () => {
  await spool.clear();
  await rm(parent, { recursive: true });
});

const add = async (...parts: [number, string][]): Promise<void> => {
  for (const [index, text] of parts) await spool.add('key', index, Buffer.from(text));
};

describe('the spool of large messages', () => {
  it('gives a message back when all its parts are there', async () => {
    await add([0, 'ab'], [1, 'cd']);
    const message = await spool.take('key', { parts: 2, sizeBytes: 4 });
    expect(await readFile(message?.path ?? '', 'utf8')).toBe('abcd');
    await message?.remove();
    expect(await spool.take('key', { parts: 2, sizeBytes: 4 })).toBeNull();
  });

  it('passes over a part that comes twice, and begins anew with the first', async () => {
    await add([0, 'ab'], [1, 'cd'], [1, 'cd']);
    expect(await spool.take('key', { parts: 2, sizeBytes: 4 })).not.toBeNull();
    await add([0, 'xx'], [0, 'ab'], [1, 'c']);
    const again = await spool.take('key', { parts: 2, sizeBytes: 3 });
    expect(await readFile(again?.path ?? '', 'utf8')).toBe('abc');
  });

  it.each<[string, [number, string][]]>([
    ['has no part', []],
    ['lacks its first part', [[1, 'cd']]],
    [
      'lacks a part in the middle',
      [
        [0, 'ab'],
        [2, 'cd'],
      ],
    ],
    ['lacks its last part', [[0, 'ab']]],
    [
      'has another size',
      [
        [0, 'ab'],
        [1, 'c'],
      ],
    ],
  ])('gives back no message that %s', async (_name, parts) => {
    await add(...parts);
    expect(await spool.take('key', { parts: 2, sizeBytes: 4 })).toBeNull();
  });

  it('leaves nothing on disk', async () => {
    await add([0, 'ab']);
    await spool.clear();
    expect(await readdir(path.join(parent, 'spool'))).toEqual([]);
  });
});
