import { ApiProblem } from '@sterna/api-client';
import { UsageError } from './usage-error.js';

/** What a script can rely on. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  notAuthenticated: 3,
  refused: 4,
  unreachable: 5,
  withErrors: 6,
} as const;

export const exitCodeHelp = `Exit codes:
  0  done
  1  not found, or the tested connection or the migration failed
  2  the command or its values are not right
  3  the API key is missing or not known
  4  refused: a conflict, a CSV that is not valid, or not possible in this status
  5  Sterna cannot be reached
  6  batch watch: the batch ended SyncedWithErrors or Failed`;

const byStatus: Record<number, number> = {
  400: exitCodes.usage,
  401: exitCodes.notAuthenticated,
  403: exitCodes.notAuthenticated,
  404: exitCodes.failed,
  406: exitCodes.usage,
  409: exitCodes.refused,
  413: exitCodes.refused,
  415: exitCodes.usage,
  422: exitCodes.refused,
  502: exitCodes.unreachable,
  503: exitCodes.unreachable,
  504: exitCodes.unreachable,
};

/** The exit code that belongs to what a command threw. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof ApiProblem) {
    if (error.problem.code === 'connectionFailed') return exitCodes.failed;
    return byStatus[error.problem.status] ?? exitCodes.failed;
  }
  if (missingFile(error) !== null) return exitCodes.usage;
  return isUnreachable(error) ? exitCodes.unreachable : exitCodes.failed;
}

/** fetch throws a TypeError with the network's error as its cause. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TypeError && error.cause instanceof Error;
}

/** The file that a command line names and that cannot be opened, with the reason; null for other errors. */
function missingFile(error: unknown): { file: string; why: string } | null {
  if (!(error instanceof Error) || !('code' in error) || !('path' in error)) return null;
  const { code, path } = error;
  const why = typeof code === 'string' ? fileFaults[code] : undefined;
  return why === undefined || typeof path !== 'string' ? null : { file: path, why };
}

const fileFaults: Record<string, string> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be opened by you',
  EISDIR: 'is a directory',
};

/** What the person at the terminal reads. */
export function explainError(error: unknown, url: string): string {
  if (error instanceof ApiProblem) {
    const { detail, where, expected, issues = [] } = error.problem;
    const others = issues.slice(1, 20).map(({ path, message }) => `  ${path}: ${message}`);
    return [detail, ...others, `  where:    ${where}`, `  expected: ${expected}`].join('\n');
  }
  if (isUnreachable(error) && error instanceof Error) {
    const cause = error.cause instanceof Error ? error.cause.message || error.cause.name : '';
    return `Sterna can't be reached at ${url}: ${cause}\n  Is STERNA_URL right, and does batch-api run?`;
  }
  const missing = missingFile(error);
  if (missing !== null) return `The file ${missing.file} ${missing.why}.`;
  return error instanceof Error ? error.message : String(error);
}
