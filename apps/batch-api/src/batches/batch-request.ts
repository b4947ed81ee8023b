import type { Request } from 'express';
import { z } from 'zod';
import { ProblemError } from '../problems/problem.js';
import { invalidRequest } from '../problems/validation-pipe.js';
import { readForm, readSettings } from './batch-form.js';

const jsonBody = z.looseObject({ csv: z.string().min(1) });
const fields = z.record(z.string(), z.unknown());

/** The part of multer's file that is used. */
export interface UploadedCsv {
  buffer: Buffer;
}

/** @throws ProblemError requestInvalid */
export function readIdempotencyKey(request: Request): string | null {
  const key = request.header('Idempotency-Key') ?? null;
  if (key === null || (key.length > 0 && key.length <= 255)) return key;
  throw invalidRequest([{ path: 'Idempotency-Key', message: 'must have 1 to 255 characters' }]);
}

/**
 * Reads a CSV and the settings that go with it in any of three spellings: JSON with the CSV as text, multipart with
 * it as the file `csv`, or the CSV as the body (text/csv) and the settings in the query.
 * @throws ProblemError requestInvalid, mediaTypeUnsupported
 */
export function readCsvRequest<Schema extends z.ZodObject>(
  schema: Schema,
  request: Request,
  file: UploadedCsv | undefined,
): { settings: z.output<Schema>; csv: Uint8Array } {
  const body: unknown = request.body;
  if (request.is('multipart/form-data') !== false && request.is('multipart/form-data') !== null) {
    const { csv, ...settings } = fields.parse(body ?? {});
    const bytes = file?.buffer ?? (typeof csv === 'string' ? Buffer.from(csv) : null);
    if (bytes === null) throw invalidRequest([{ path: 'csv', message: 'the file is missing' }]);
    return { settings: readForm(schema, settings), csv: bytes };
  }
  if (Buffer.isBuffer(body)) {
    return { settings: readForm(schema, fields.parse({ ...request.query })), csv: body };
  }
  if (typeof request.is('application/json') === 'string') {
    const parsed = jsonBody.safeParse(body);
    if (!parsed.success) throw invalidRequest([{ path: 'csv', message: 'must be the text of the CSV file' }]);
    const { csv, ...settings } = parsed.data;
    return { settings: readSettings(schema, settings), csv: Buffer.from(csv) };
  }
  throw new ProblemError('mediaTypeUnsupported', {
    what: `The media type "${request.header('Content-Type') ?? ''}" is not known here.`,
    where: 'Content-Type',
    expected: 'application/json, multipart/form-data or text/csv',
  });
}
