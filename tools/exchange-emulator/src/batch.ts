import { z } from 'zod';
import { GraphError } from './graph-error.js';
import { type GraphRequest, type GraphResponse, jsonBody } from './graph-exchange.js';
import { isJsonObject, type JsonObject } from './json.js';

const maxItems = 20;
/** Outlook works on at most four items of a batch at once (Graph page "Combine multiple requests"). */
const itemsAtOnce = 4;

const batchSchema = z.object({
  requests: z.array(
    z.object({
      id: z.string().min(1),
      method: z.string().min(1),
      url: z.string().min(1),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
      dependsOn: z.array(z.string()).optional(),
    }),
  ),
});

type BatchItem = z.infer<typeof batchSchema>['requests'][number];

const invalid = (message: string): GraphError => new GraphError(400, 'BadRequest', message);

function readItems(request: GraphRequest): BatchItem[] {
  const parsed = batchSchema.safeParse(jsonBody(request));
  if (!parsed.success) throw invalid('Invalid batch payload format.');
  const items = parsed.data.requests;
  if (items.length === 0) throw invalid('Invalid batch payload format.');
  if (items.length > maxItems)
    throw invalid(`Number of batch request steps exceeds the maximum value of ${maxItems}.`);
  const ids = new Set<string>();
  for (const item of items) {
    if (ids.has(item.id)) throw invalid(`Request Id '${item.id}' is not unique in the batch.`);
    for (const dependency of item.dependsOn ?? []) {
      if (!ids.has(dependency))
        throw invalid(`Request Id '${item.id}' depends on '${dependency}', which does not come before it.`);
    }
    ids.add(item.id);
    if (/^https?:/i.test(item.url)) throw invalid(`The url of request '${item.id}' must be relative.`);
    const hasContentType = Object.keys(item.headers ?? {}).some(
      (name) => name.toLowerCase() === 'content-type',
    );
    if (item.body !== undefined && !hasContentType) {
      throw invalid(`Write request id : ${item.id} does not contain Content-Type header or body.`);
    }
  }
  return items;
}

function innerRequest(outer: GraphRequest, item: BatchItem): GraphRequest {
  const url = new URL(item.url.startsWith('/') ? item.url : `/${item.url}`, outer.origin);
  const headers: Record<string, string | undefined> = { prefer: undefined };
  for (const [name, value] of Object.entries(item.headers ?? {})) headers[name.toLowerCase()] = value;
  const isJson = /json/i.test(headers['content-type'] ?? 'json');
  return {
    ...outer,
    method: item.method.toUpperCase(),
    path: url.pathname
      .split('/')
      .filter((each) => each !== '')
      .map(decodeURIComponent),
    query: url.searchParams,
    url: `/${outer.version}${url.pathname}${url.search}`,
    headers,
    body: isJson ? { kind: 'json', value: item.body ?? {} } : textBody(item.body),
  };
}

/** A body that is not JSON travels as base64 (Graph page "Combine multiple requests"). */
function textBody(body: unknown): GraphRequest['body'] {
  return { kind: 'bytes', bytes: Buffer.from(typeof body === 'string' ? body : '', 'base64') };
}

/**
 * Answers POST /$batch: 200 with one answer per item. Items wait for those they depend on, and get 424 when one of
 * these failed; `serve` answers an inner request and turns its refusals, 429 included, into responses.
 */
export async function serveBatch(
  request: GraphRequest,
  serve: (inner: GraphRequest) => Promise<GraphResponse>,
): Promise<GraphResponse> {
  const items = readItems(request);
  const answers = new Map<string, Promise<GraphResponse>>();
  const slots = new Slots(itemsAtOnce);
  for (const item of items) {
    const needed = (item.dependsOn ?? []).map((id) => answers.get(id)).filter((each) => each !== undefined);
    const answer = async (): Promise<GraphResponse> => {
      const before = await Promise.all(needed);
      if (before.some((each) => each.status >= 400)) return failedDependency();
      return slots.run(() => serve(innerRequest(request, item)));
    };
    answers.set(item.id, answer());
  }
  const responses: JsonObject[] = [];
  for (const [id, answer] of answers) responses.push(itemAnswer(id, await answer));
  return { status: 200, body: { responses } };
}

function failedDependency(): GraphResponse {
  const error = { code: 'FailedDependency', message: 'One or more dependencies failed.' };
  return { status: 424, body: { error } };
}

function itemAnswer(id: string, { status, headers = {}, body }: GraphResponse): JsonObject {
  const answer: JsonObject = { id, status, headers: headerNames(headers) };
  if (body === undefined) return answer;
  answer.body = isJsonObject(body) && !Buffer.isBuffer(body) ? body : Buffer.from(body).toString('base64');
  if (!Buffer.isBuffer(body))
    answer.headers = { ...headerNames(headers), 'Content-Type': 'application/json' };
  return answer;
}

/** Header names as Graph spells them: Retry-After, Location. */
function headerNames(headers: Record<string, string>): Record<string, string> {
  const spell = (name: string): string => name.replace(/(^|-)[a-z]/g, (letters) => letters.toUpperCase());
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [spell(name), value]));
}

/** Runs so many tasks at once, the others in order after them. */
class Slots {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(count: number) {
    this.free = count;
  }

  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free += 1;
      else next();
    }
  }
}
