import type { components } from './generated/openapi.js';

export type ProblemDocument = components['schemas']['Problem'];

/** The API's refusal as an error, with its problem document. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(readonly problem: ProblemDocument) {
    super(problem.detail);
  }
}

/** Hands over what an answer holds. @throws ApiProblem when it is a refusal */
export function expectData<Data>(answer: { data?: Data; error?: unknown; response: Response }): Data {
  if (answer.response.ok && answer.data !== undefined) return answer.data;
  throw new ApiProblem(problemOf(answer.error, answer.response));
}

function isProblem(value: unknown): value is ProblemDocument {
  return typeof value === 'object' && value !== null && 'code' in value && 'detail' in value;
}

/** What a proxy or another server answers becomes a problem too. */
export function problemOf(body: unknown, response: { status: number; statusText: string }): ProblemDocument {
  if (isProblem(body)) return body;
  const what = `The server answered ${response.status} ${response.statusText}`.trim();
  return {
    type: 'about:blank',
    title: what,
    status: response.status,
    detail: what,
    code: response.status === 503 ? 'unavailable' : 'unexpected',
    what,
    where: 'the answer',
    expected: 'An answer of Sterna; is the URL that of batch-api?',
  };
}
