import { z } from 'zod';
import { requireSecure } from '../graph/access-tokens.js';
import { faultError, protocolError } from '../graph/fault-error.js';
import { meaningOf } from '../graph/fault-meaning.js';
import type { GraphFault } from '../graph/graph-answer.js';
import type { GraphConnection, RequestCount } from '../graph/graph-connection.js';
import { type PlannedFile, uploadItem } from './attachment-entity.js';

/** `lost`: nobody knows whether the attachment is there; `refused`: it is not, and a repetition changes nothing. */
export type AttachResult = { kind: 'attached' } | { kind: 'lost'; fault: GraphFault } | RefusedAttachment;

interface RefusedAttachment {
  kind: 'refused';
  fault: GraphFault;
}

/** A multiple of 320 KiB below 4 MB, and of 3, so that a range is a whole number of base64's groups. */
export const rangeBytes = 12 * 320 * 1024;

const session = z.object({ uploadUrl: z.string(), nextExpectedRanges: z.array(z.string()).default(['0']) });
const progress = z.object({ nextExpectedRanges: z.array(z.string()).min(1) });

/**
 * Attaches one file of 3 to 150 MB by an upload session
 * (https://learn.microsoft.com/graph/outlook-large-attachments): ranges in order, each where the server says that
 * it expects the next.
 */
export async function uploadAttachment(
  connection: GraphConnection,
  upload: { messagePath: string; file: PlannedFile; count: RequestCount },
): Promise<AttachResult> {
  const { messagePath, file, count } = upload;
  const path = `${messagePath}/attachments/createUploadSession`;
  const answer = await connection.send({ method: 'POST', path, body: uploadItem(file), count });
  if (answer.kind === 'fault') return resultOf(answer);
  const opened = session.safeParse(answer.body);
  if (!opened.success) throw protocolError('opening an upload session', opened.error);
  requireSecure(opened.data.uploadUrl, 'an upload');
  const start = startOf(opened.data.nextExpectedRanges);
  return putRanges(connection, { url: opened.data.uploadUrl, start, file, count });
}

async function putRanges(
  connection: GraphConnection,
  upload: { url: string; start: number; file: PlannedFile; count: RequestCount },
): Promise<AttachResult> {
  const { url, file, count } = upload;
  const base64 = file.base64();
  const totalBytes = file.sizeBytes;
  const room = Buffer.alloc(Math.min(rangeBytes, totalBytes) + 6);
  let { start } = upload;
  let isAssumed = false;
  while (start < totalBytes) {
    const end = Math.min(start + rangeBytes, totalBytes);
    const bytes = decodeRange(base64, { start, end }, room);
    const answer = await connection.putRange({ url, bytes, start, totalBytes, count });
    if (answer.kind === 'success') {
      const next = progress.safeParse(answer.body);
      if (answer.status === 201 || !next.success) return { kind: 'attached' };
      const expected = startOf(next.data.nextExpectedRanges);
      if (expected <= start) return { kind: 'lost', fault: noProgress };
      start = expected;
      isAssumed = false;
    } else if (answer.status === 416 && !isAssumed) {
      // the range was taken when its answer was lost and it was sent again: the next one shows whether that is so
      start += bytes.length;
      isAssumed = true;
    } else return resultOf(answer);
  }
  return { kind: 'lost', fault: noProgress };
}

const noProgress: GraphFault = {
  kind: 'fault',
  status: 0,
  code: '',
  message: 'the upload session made no progress',
  requestId: '',
  retryAfterMs: null,
};

/** Base64's groups that are decoded at a time: short-lived text that the memory does not grow by. */
const groupsAtOnce = 16 * 1024;

/**
 * Decodes the bytes from `start` to `end` into `room`, which is used again for every range. `start` is a multiple
 * of 3 but after a server that cut a range short.
 */
function decodeRange(
  base64: Buffer,
  { start, end }: { start: number; end: number },
  room: Buffer<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  const firstGroup = Math.floor(start / 3);
  const lastGroup = Math.ceil(end / 3);
  let length = 0;
  for (let group = firstGroup; group < lastGroup; group += groupsAtOnce) {
    const text = base64.toString('latin1', group * 4, Math.min(group + groupsAtOnce, lastGroup) * 4);
    length += room.write(text, length, 'base64');
  }
  return room.subarray(start - firstGroup * 3, end - firstGroup * 3);
}

/** Outlook gives the one place where the next range begins; others give "start-end". */
function startOf(ranges: readonly string[]): number {
  const start = Number.parseInt(ranges[0] ?? '', 10);
  if (Number.isSafeInteger(start) && start >= 0) return start;
  throw protocolError(
    'uploading an attachment',
    new Error(`nextExpectedRanges is ${JSON.stringify(ranges)}`),
  );
}

/** @throws MigrationError for what is wrong with the account */
export function resultOf(fault: GraphFault): AttachResult {
  switch (meaningOf(fault)) {
    case 'refused':
      // a range out of order, or a session that the server gave up
      return fault.status === 416 ? { kind: 'lost', fault } : { kind: 'refused', fault };
    case 'tooLarge':
      return { kind: 'refused', fault };
    case 'itemMissing':
    case 'outcomeUnknown':
      return { kind: 'lost', fault };
    default:
      throw faultError(fault, 'attaching a file');
  }
}
