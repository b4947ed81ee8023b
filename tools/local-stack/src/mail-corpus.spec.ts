import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildLargeMessage } from './large-message.js';
import { deliver, fillMailbox } from './mail-corpus.js';
import { wireSize } from './maildir.js';
import { encodeModifiedUtf7 } from './modified-utf7.js';
import { RealMail, withoutMboxLine } from './real-mail.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sterna-corpus-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function contentsOf(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  const contents = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'latin1')));
  return contents.sort();
}

describe('the real mail', () => {
  it('has 6,046 messages, in the same order for the same seed and in another for another', async () => {
    const [one, same, other] = await Promise.all([RealMail.open(1), RealMail.open(1), RealMail.open(2)]);
    expect(one.count).toBe(6_046);
    const first = await one.read(0);
    expect((await same.read(0)).raw.equals(first.raw)).toBe(true);
    expect((await other.read(0)).raw.equals(first.raw)).toBe(false);
    await expect(one.read(6_046)).rejects.toThrow('6046');
  });

  it('loses the mbox line and keeps its date', () => {
    const stored = Buffer.from('From a@b.c  Thu Aug 22 12:36:23 2002\nSubject: x\n\ny\xe4\n', 'latin1');
    const { raw, receivedAt } = withoutMboxLine(stored);
    expect(raw.toString('latin1')).toBe('Subject: x\n\ny\xe4\n');
    expect(receivedAt.toISOString()).toBe('2002-08-22T12:36:23.000Z');
  });
});

describe('fillMailbox', () => {
  const folders = [
    { path: ['INBOX'], messages: 20, flags: { Seen: 1, Flagged: 0.5 }, keywords: { $Forwarded: 1 } },
    { path: ['Projekte', 'Übersee'], messages: 3 },
    { path: ['Leer'], messages: 0 },
  ];

  it('writes the same mail for the same seed and says what it wrote', async () => {
    const one = await fillMailbox({ maildir: path.join(directory, 'a', 'Maildir'), seed: 7, folders });
    const other = await fillMailbox({ maildir: path.join(directory, 'b', 'Maildir'), seed: 7, folders });
    expect(other).toEqual(one);
    expect(one.folders.map((folder) => folder.messages)).toEqual([20, 3, 0]);
    expect(one).toMatchObject({ messages: 23, nextPosition: 23 });
    const contents = await contentsOf(path.join(directory, 'a', 'Maildir', 'cur'));
    expect(contents).toEqual(await contentsOf(path.join(directory, 'b', 'Maildir', 'cur')));
    expect(contents.reduce((sum, raw) => sum + wireSize(Buffer.from(raw, 'latin1')), 0)).toBe(
      one.folders[0]?.bytes,
    );
  });

  it('puts flags and keywords into the file name and the date into its time', async () => {
    await fillMailbox({ maildir: directory, seed: 7, folders });
    const names = await readdir(path.join(directory, 'cur'));
    expect(names.every((name) => /:2,F?Sa$/.test(name))).toBe(true);
    expect(new Set(names.map((name) => name.includes(',F'))).size).toBe(2);
    expect(await readFile(path.join(directory, 'dovecot-keywords'), 'utf8')).toBe('0 $Forwarded\n');
    const times = await Promise.all(names.map((name) => stat(path.join(directory, 'cur', name))));
    expect(times.every((time) => time.mtime.getFullYear() < 2006)).toBe(true);
  });

  it('names nested and non-ASCII folders as a Maildir++ does, and refuses what it cannot hold', async () => {
    await fillMailbox({ maildir: directory, seed: 7, folders });
    expect(await readdir(directory)).toEqual(expect.arrayContaining(['.Projekte.&ANw-bersee', '.Leer']));
    const refused = fillMailbox({ maildir: directory, seed: 7, folders: [{ path: ['a.b'], messages: 0 }] });
    await expect(refused).rejects.toThrow('"a.b"');
  });

  it('delivers new mail that was not there before', async () => {
    const { nextPosition } = await fillMailbox({ maildir: directory, seed: 7, folders });
    const before = await contentsOf(path.join(directory, 'cur'));
    const wanted = { maildir: directory, path: ['INBOX'], seed: 7, position: nextPosition, messages: 4 };
    const delivered = await deliver(wanted);
    const contents = await contentsOf(path.join(directory, 'new'));
    expect(delivered).toMatchObject({ messages: 4, nextPosition: nextPosition + 4 });
    expect(contents).toHaveLength(4);
    expect(contents.filter((raw) => before.includes(raw))).toEqual([]);
  });
});

describe('the large message', () => {
  it('has nearly the size that was asked for, and lines that MIME allows', () => {
    const raw = buildLargeMessage(5_000_000, 1);
    expect(Math.abs(wireSize(raw) - 5_000_000)).toBeLessThan(5_000);
    expect(
      Math.max(
        ...raw
          .toString('latin1')
          .split('\n')
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(78);
    expect(buildLargeMessage(5_000_000, 1).equals(raw)).toBe(true);
  });
});

describe('encodeModifiedUtf7', () => {
  it.each([
    ['Entwürfe', 'Entw&APw-rfe'],
    ['R&D', 'R&-D'],
    ['台北', '&U,BTFw-'],
    ['~peter', '~peter'],
    ['😀', '&2D3eAA-'],
  ])('encodes %s as %s', (name, encoded) => {
    expect(encodeModifiedUtf7(name)).toBe(encoded);
  });
});
