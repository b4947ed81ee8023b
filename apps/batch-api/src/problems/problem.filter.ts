import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { MigrationError } from '@sterna/domain';
import { asStateError } from '@sterna/state';
import type { Request, Response } from 'express';
import { type ProblemCode, type ProblemDocument, ProblemError, problemOf } from './problem.js';

const codeOfStatus: Record<number, ProblemCode> = {
  400: 'requestInvalid',
  401: 'notAuthenticated',
  404: 'notFound',
  405: 'methodNotAllowed',
  406: 'notAcceptable',
  413: 'requestTooLarge',
  415: 'mediaTypeUnsupported',
  503: 'unavailable',
};

/** The status that express' body parsers put on the errors they throw. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status: unknown = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' ? status : 500;
}

/** Turns any throw into a problem document; what is not ours to tell becomes `unexpected`. */
export function problemOfError(thrown: unknown, where: string): ProblemDocument {
  const error = asStateError(thrown);
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof MigrationError) {
    const isOutage = error.code === 'stateUnavailable' || error.code === 'brokerUnavailable';
    return problemOf(isOutage ? 'unavailable' : 'unexpected', {
      what: isOutage ? 'A service that Sterna needs is not reachable.' : 'The request failed inside Sterna.',
      where,
      expected: 'Try again later; the log of batch-api has the details.',
    });
  }
  const code = codeOfStatus[statusOf(error)];
  if (code !== undefined && error instanceof Error) {
    return problemOf(code, {
      what: error.message,
      where,
      expected: 'A request as /openapi.json describes it.',
    });
  }
  return problemOf('unexpected', {
    what: 'The request failed inside Sterna.',
    where,
    expected: 'The log of batch-api has the details.',
  });
}

export interface ProblemLogger {
  error(fields: Record<string, unknown>, message: string): void;
}

/** The one place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger: ProblemLogger;

  constructor(logger: ProblemLogger) {
    this.logger = logger;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const where = `${request.method} ${request.path}`;
    const problem = problemOfError(error, where);
    if (problem.status >= 500) {
      const kind = error instanceof Error ? error.name : typeof error;
      const stack = error instanceof Error ? error.stack : undefined;
      this.logger.error({ where, kind, stack }, 'request failed');
    }
    if (response.headersSent) {
      response.end();
      return;
    }
    if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  }
}
