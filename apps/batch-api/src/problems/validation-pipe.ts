import { StandardSchemaValidationPipe } from '@nestjs/common';
import { ProblemError } from './problem.js';

type Segment = PropertyKey | { key: PropertyKey };

const keyOf = (segment: Segment): string => String(typeof segment === 'object' ? segment.key : segment);

/** Validates what a handler's parameters declare with `{ schema }` and refuses the rest with every issue. */
export function createValidationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) =>
      invalidRequest(
        issues.map((issue) => ({ path: (issue.path ?? []).map(keyOf).join('.'), message: issue.message })),
      ),
  });
}

/** The refusal of a request whose parts do not fit their schema. */
export function invalidRequest(issues: { path: string; message: string }[]): ProblemError {
  const first = issues[0];
  const place = first === undefined || first.path === '' ? 'the request' : first.path;
  return new ProblemError('requestInvalid', {
    what: `${place}: ${first?.message ?? 'not valid'}`,
    where: place,
    expected: 'A request as /openapi.json describes it.',
    issues,
  });
}
