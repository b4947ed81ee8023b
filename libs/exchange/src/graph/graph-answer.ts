import { z } from 'zod';
import { parseRetryAfter } from './repeat-rule.js';

/** What came of a request: an answer with its status, or none, so that nobody knows whether it was carried out. */
export type GraphAnswer =
  { kind: 'success'; status: number; body: unknown; location: string | null } | GraphFault;

/** A refusal, or a lost answer (status 0). Texts of Graph are for the log and the administrator only. */
export interface GraphFault {
  kind: 'fault';
  status: number;
  /** `error.code` of the answer; empty without one. */
  code: string;
  message: string;
  requestId: string;
  retryAfterMs: number | null;
}

const errorBody = z.object({
  error: z.object({ code: z.string().default(''), message: z.string().default('') }),
});

/**
 * Reads an answer of Graph ("Microsoft Graph error responses and resource types"). A body that is not JSON is
 * kept as null: whoever needs it says what it expected.
 */
export async function readAnswer(response: Response): Promise<GraphAnswer> {
  const body = parseJson(await response.text());
  const { status, headers } = response;
  if (response.ok) return { kind: 'success', status, body, location: headers.get('location') };
  const { code, message } = errorBody.safeParse(body).data?.error ?? { code: '', message: '' };
  return {
    kind: 'fault',
    status,
    code,
    message,
    requestId: headers.get('request-id') ?? '',
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), new Date()),
  };
}

/** No answer came. */
export function lostAnswer(error: Error): GraphFault {
  return { kind: 'fault', status: 0, code: '', message: reasonOf(error), requestId: '', retryAfterMs: null };
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reasonOf(error: Error): string {
  const { cause } = error;
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
