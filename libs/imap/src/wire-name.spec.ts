import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeName, withWireNames } from './wire-name.js';

const client = (...enabled: string[]) => ({ enabled: new Set(enabled) });

it.each([
  ['INBOX', 'INBOX'],
  ['Entw&APw-rfe', 'Entwürfe'],
  ['R&-D', 'R&D'],
  ['&ZeVnLIqe-/&U,BTFw-', '日本語/台北'],
  ['&2D3eAA-', '😀'],
  ['&Jjo-&Jjo-', '☺☺'],
  ['R&D', 'R&D'],
  ['&', '&'],
  ['Entwürfe', 'Entwürfe'],
  ['é&APw-', 'é&APw-'],
  ['&2D0-', '&2D0-'],
])('%s is shown as %s', (wire, shown) => {
  expect(decodeName(client(), wire)).toBe(shown);
});

it('a server that has enabled UTF-8 means its names as they stand', () => {
  expect(decodeName(client('UTF8=ACCEPT'), 'Entw&APw-rfe')).toBe('Entw&APw-rfe');
});

it('every name survives its encoding', () => {
  const encode = (name: string): string =>
    name.replaceAll(/&|[^ -~]+/g, (run) => {
      if (run === '&') return '&-';
      const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
      return `&${base64.replaceAll('=', '').replaceAll('/', ',')}-`;
    });
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(decodeName(client(), encode(name))).toBe(name);
    }),
  );
});

it('names are taken as they are only while the command runs', async () => {
  const one = client('CONDSTORE');
  await withWireNames(one, async () => {
    await Promise.resolve();
    expect(one.enabled.has('UTF8=ACCEPT')).toBe(true);
  });
  await expect(withWireNames(one, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect([...one.enabled]).toEqual(['CONDSTORE']);
});
