import { expect, it } from 'vitest';
import { CommandValues } from '../command-table.js';
import { collectPages } from './pages.js';

/** Pages of numbers up to `total`, and what was asked for. */
function numbers(total: number) {
  const asked: number[] = [];
  const fetchPage = ({ limit, cursor = '0' }: { limit: number; cursor?: string }) => {
    asked.push(limit);
    const start = Number(cursor);
    const items = Array.from({ length: Math.min(limit, total - start) }, (_, index) => start + index);
    const end = start + items.length;
    return Promise.resolve({ items, nextCursor: end < total ? String(end) : null });
  };
  return { asked, fetchPage };
}

it.each([
  ['without -ResultSize', undefined, 1_000, [1_000]],
  ['with a number over a page', 2_300, 2_300, [1_000, 1_000, 300]],
  ['unlimited', null, 2_500, [1_000, 1_000, 1_000]],
])('a list %s is %i items long', async (_, given, length, pages) => {
  const values = new CommandValues(new Map(given === undefined ? [] : [['resultSize', given]]));
  const { asked, fetchPage } = numbers(2_500);
  const found = await collectPages(values, fetchPage);
  expect(found).toEqual(Array.from({ length }, (__, index) => index));
  expect(asked).toEqual(pages);
});
