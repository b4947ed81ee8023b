import { expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.js';

it('admits in order what fits, and what is too large alone', async () => {
  const budget = new ByteBudget(10);
  const events: string[] = [];
  const ends = new Map<string, () => void>();
  const enter = (name: string, bytes: number): Promise<void> =>
    budget.with(bytes, () => {
      events.push(name);
      return new Promise((resolve) => ends.set(name, resolve));
    });
  const leave = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise(setImmediate);
  };
  const all = Promise.all([enter('a', 6), enter('b', 4), enter('c', 25), enter('d', 1)]);
  await new Promise(setImmediate);
  expect(events).toEqual(['a', 'b']);
  await leave('a');
  expect(events).toEqual(['a', 'b']);
  await leave('b');
  expect(events).toEqual(['a', 'b', 'c']);
  await leave('c');
  expect(events).toEqual(['a', 'b', 'c', 'd']);
  await leave('d');
  await all;
});

it('gives back what a failure had taken', async () => {
  const budget = new ByteBudget(1);
  await expect(budget.with(1, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await budget.with(1, () => Promise.resolve('yes'))).toBe('yes');
});
