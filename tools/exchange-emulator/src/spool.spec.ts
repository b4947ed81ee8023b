import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Spool, type SpooledBytes } from './spool.js';

it('gives back what was appended, small and large, before and after it is written, and leaves no file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'spool-'));
  const spool = new Spool(directory);
  try {
    const kept: [Buffer, SpooledBytes][] = [];
    for (let n = 0; n < 3000; n += 1) {
      const bytes = randomBytes(n % 7 === 0 ? 9000 : n % 50);
      kept.push([bytes, spool.append(bytes)]);
    }
    const large = randomBytes(3 * 1024 * 1024);
    kept.push([large, spool.append(large)]);
    for (const [bytes, spooled] of kept) expect(spool.read(spooled).equals(bytes)).toBe(true);
    const joined = [...spool.append(Buffer.from('he')), ...spool.append(Buffer.from('llo'))];
    expect(spool.read(joined).toString()).toBe('hello');
    expect(spool.sha256(joined)).toBe('2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824');
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    spool.close();
    rmSync(directory, { recursive: true });
  }
});
