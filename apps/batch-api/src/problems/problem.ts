import { HttpException } from '@nestjs/common';
import { z } from 'zod';

/** What the API can refuse, and the HTTP status that goes with it. */
export const problemStatuses = {
  requestInvalid: 400,
  csvInvalid: 422,
  connectionFailed: 422,
  notAuthenticated: 401,
  notFound: 404,
  methodNotAllowed: 405,
  notAcceptable: 406,
  nameTaken: 409,
  inUse: 409,
  statusForbids: 409,
  idempotencyConflict: 409,
  limitReached: 409,
  requestTooLarge: 413,
  mediaTypeUnsupported: 415,
  unexpected: 500,
  unavailable: 503,
} as const;
export type ProblemCode = keyof typeof problemStatuses;

const codes = z.enum([
  'requestInvalid',
  'csvInvalid',
  'connectionFailed',
  'notAuthenticated',
  'notFound',
  'methodNotAllowed',
  'notAcceptable',
  'nameTaken',
  'inUse',
  'statusForbids',
  'idempotencyConflict',
  'limitReached',
  'requestTooLarge',
  'mediaTypeUnsupported',
  'unexpected',
  'unavailable',
]);

/** RFC 9457 problem document: `what` went wrong, `where`, and what was `expected`. */
export const problemDocument = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: codes,
    what: z.string(),
    where: z.string(),
    expected: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.output<typeof problemDocument>;

const titles: Record<ProblemCode, string> = {
  requestInvalid: 'The request is not valid',
  csvInvalid: 'The CSV file is not valid',
  connectionFailed: 'The connection to the server failed',
  notAuthenticated: 'Not signed in',
  notFound: 'Not found',
  methodNotAllowed: 'Method not allowed',
  notAcceptable: 'No such representation',
  nameTaken: 'The name is taken',
  inUse: 'In use',
  statusForbids: 'Not possible in this status',
  limitReached: 'A limit is reached',
  idempotencyConflict: 'The Idempotency-Key was used for something else',
  requestTooLarge: 'The request is too large',
  mediaTypeUnsupported: 'Unknown media type',
  unexpected: 'Unexpected error',
  unavailable: 'Temporarily unavailable',
};

export interface ProblemParts {
  what: string;
  where: string;
  expected: string;
  issues?: { path: string; message: string }[];
}

/** Makes the document; no secret and nothing of a message may be in the parts. */
export function problemOf(code: ProblemCode, parts: ProblemParts): ProblemDocument {
  return {
    type: `urn:sterna:problem:${code}`,
    title: titles[code],
    status: problemStatuses[code],
    detail: parts.what,
    code,
    ...parts,
  };
}

/** A refusal of a request; the problem filter answers with its document. */
export class ProblemError extends HttpException {
  readonly problem: ProblemDocument;

  constructor(code: ProblemCode, parts: ProblemParts) {
    const problem = problemOf(code, parts);
    super(problem, problem.status);
    this.problem = problem;
  }
}

/** The refusal of something that is not there, or that belongs to another tenant. */
export function notFound(what: string, where: string): ProblemError {
  return new ProblemError('notFound', { what, where, expected: 'The name or id of something that exists.' });
}

/** The refusal of what is not possible in the status that something has. */
export function statusForbids(kind: string, name: string, status: string, what: string): ProblemError {
  return new ProblemError('statusForbids', {
    what: `The ${kind} "${name}" is ${status} and can't be ${what}.`,
    where: 'status',
    expected: 'A status from which that is possible; docs/statuses.md has them.',
  });
}
