import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { readConfiguration } from './configuration.js';

const schema = z.object({ STERNA_PORT: z.coerce.number().int(), STERNA_KEY: z.string().min(8) });

describe('the configuration of a service', () => {
  it('is read and converted', () => {
    expect(readConfiguration(schema, { STERNA_PORT: '80', STERNA_KEY: '12345678' })).toEqual({
      STERNA_PORT: 80,
      STERNA_KEY: '12345678',
    });
  });

  it('takes a value from the file that NAME_FILE names', () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sterna-')), 'key');
    writeFileSync(file, 'from-a-file\n');
    expect(readConfiguration(schema, { STERNA_PORT: '80', STERNA_KEY_FILE: file }).STERNA_KEY).toBe(
      'from-a-file',
    );
  });

  it('names every bad variable and repeats no value', () => {
    const read = () => readConfiguration(schema, { STERNA_PORT: 'x', STERNA_KEY: 'hidden' });
    expect(read).toThrow(/STERNA_PORT[^]*STERNA_KEY/);
    expect(read).not.toThrow(/hidden/);
  });

  it('says which file cannot be read', () => {
    expect(() => readConfiguration(schema, { STERNA_KEY_FILE: '/nowhere/key' })).toThrow(/STERNA_KEY_FILE/);
  });
});
