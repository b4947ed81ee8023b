import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, readSync, unlinkSync, writevSync } from 'node:fs';
import { join } from 'node:path';

/** Where bytes lie in the spool: one segment for a body, several for an attachment uploaded in ranges. */
export type SpooledBytes = readonly Segment[];

interface Segment {
  offset: number;
  length: number;
}

const writeBehindBytes = 1024 * 1024;
const hashStepBytes = 1024 * 1024;

export function spooledLength(spooled: SpooledBytes): number {
  return spooled.reduce((sum, segment) => sum + segment.length, 0);
}

/**
 * One append-only file for bodies and attachments, so that memory holds metadata only. At most 1 MiB waits to be
 * written; space of deleted messages is given back by a reset, not before.
 */
export class Spool {
  private readonly descriptor: number;
  private writtenBytes = 0;
  private waiting: Buffer[] = [];
  private waitingBytes = 0;

  constructor(directory: string) {
    const path = join(directory, `spool-${process.pid}-${Date.now()}.bin`);
    this.descriptor = openSync(path, 'w+', 0o600);
    // The open descriptor keeps the bytes; without a name they go with the process, however it ends.
    unlinkSync(path);
  }

  append(bytes: Buffer): SpooledBytes {
    if (bytes.length === 0) return [];
    const offset = this.writtenBytes + this.waitingBytes;
    this.waiting.push(bytes);
    this.waitingBytes += bytes.length;
    if (this.waitingBytes >= writeBehindBytes) this.flush();
    return [{ offset, length: bytes.length }];
  }

  read(spooled: SpooledBytes): Buffer {
    this.flush();
    const bytes = Buffer.allocUnsafe(spooledLength(spooled));
    let position = 0;
    for (const { offset, length } of spooled) {
      this.readExactly(bytes, { position, offset, length });
      position += length;
    }
    return bytes;
  }

  /** SHA-256 in hexadecimal, read in steps of 1 MiB. */
  sha256(spooled: SpooledBytes): string {
    this.flush();
    const hash = createHash('sha256');
    for (const segment of spooled) {
      for (let done = 0; done < segment.length; done += hashStepBytes) {
        const step = Buffer.allocUnsafe(Math.min(hashStepBytes, segment.length - done));
        this.readExactly(step, { position: 0, offset: segment.offset + done, length: step.length });
        hash.update(step);
      }
    }
    return hash.digest('hex');
  }

  reset(): void {
    this.waiting = [];
    this.waitingBytes = 0;
    this.writtenBytes = 0;
    ftruncateSync(this.descriptor, 0);
  }

  close(): void {
    this.reset();
    closeSync(this.descriptor);
  }

  private flush(): void {
    let buffers = this.waiting;
    while (buffers.length > 0) {
      let written = writevSync(this.descriptor, buffers.slice(0, 1024), this.writtenBytes);
      this.writtenBytes += written;
      const rest: Buffer[] = [];
      for (const buffer of buffers) {
        if (written >= buffer.length) written -= buffer.length;
        else {
          rest.push(written > 0 ? buffer.subarray(written) : buffer);
          written = 0;
        }
      }
      buffers = rest;
    }
    this.waiting = [];
    this.waitingBytes = 0;
  }

  private readExactly(into: Buffer, at: { position: number; offset: number; length: number }): void {
    let done = 0;
    while (done < at.length) {
      const count = readSync(this.descriptor, into, at.position + done, at.length - done, at.offset + done);
      if (count === 0)
        throw new Error(`The spool ends at ${at.offset + done}, ${at.length - done} bytes too early`);
      done += count;
    }
  }
}
