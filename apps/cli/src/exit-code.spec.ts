import { ApiProblem, type ProblemDocument } from '@sterna/api-client';
import { describe, expect, it } from 'vitest';
import { exitCodeOf, explainError } from './exit-code.js';
import { UsageError } from './usage-error.js';

function problem(status: number, code: ProblemDocument['code']): ApiProblem {
  return new ApiProblem({
    type: 't',
    title: 't',
    status,
    detail: 'what happened',
    code,
    what: 'what',
    where: 'here',
    expected: 'that',
  });
}

describe('the exit code', () => {
  it.each([
    [new UsageError('x'), 2],
    [problem(400, 'requestInvalid'), 2],
    [problem(401, 'notAuthenticated'), 3],
    [problem(404, 'notFound'), 1],
    [problem(409, 'inUse'), 4],
    [problem(422, 'csvInvalid'), 4],
    [problem(422, 'connectionFailed'), 1],
    [problem(500, 'unexpected'), 1],
    [problem(503, 'unavailable'), 5],
    [new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') }), 5],
    [new Error('anything else'), 1],
    [Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: 'x.csv' }), 2],
  ])('of %s is %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });

  it('comes with the file that cannot be opened', () => {
    const error = Object.assign(new Error('ENOENT'), { code: 'ENOENT', path: 'x.csv' });
    expect(explainError(error, 'http://x')).toBe('The file x.csv does not exist.');
  });

  it('comes with what happened, where, and what was expected', () => {
    expect(explainError(problem(404, 'notFound'), 'http://x')).toBe(
      'what happened\n  where:    here\n  expected: that',
    );
  });
});
