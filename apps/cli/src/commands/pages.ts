import type { CommandValues, Parameter } from '../command-table.js';

/** The most that the API gives at once. */
const pageSize = 1_000;

export const resultSize: Parameter = {
  name: 'resultSize',
  kind: 'unlimited',
  help: 'at most so many, or unlimited; default 1000',
};

/** How many items are wanted. */
export function resultLimit(values: CommandValues): number {
  const given = values.unlimited('resultSize');
  return given === undefined ? pageSize : (given ?? Number.POSITIVE_INFINITY);
}

/** Up to -ResultSize items of a list, page by page. */
export async function collectPages<Item>(
  values: CommandValues,
  fetchPage: (page: {
    limit: number;
    cursor?: string;
  }) => Promise<{ items: Item[]; nextCursor: string | null }>,
): Promise<Item[]> {
  const wanted = resultLimit(values);
  const found: Item[] = [];
  for (let cursor: string | null | undefined; cursor !== null && found.length < wanted;) {
    const limit = Math.min(pageSize, wanted - found.length);
    const page = await fetchPage({ limit, ...(cursor !== undefined && { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
