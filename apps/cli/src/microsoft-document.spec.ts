import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parametersOf, spellingOf } from './command-line.js';
import { commands } from './commands.js';

const page = readFileSync(new URL('../../../docs/microsoft.md', import.meta.url), 'utf8');

/** The rows of the table of cmdlets: the parameters that it says Sterna has, by cmdlet. */
function readTable(): Map<string, string[]> {
  const table = new Map<string, string[]>();
  let cmdlet = '';
  for (const line of page.split('\n')) {
    const [, first = '', second = '', third = ''] = line.split('|').map((cell) => cell.trim());
    cmdlet = /^`(\w+-\w+)`$/.exec(first)?.[1] ?? (first === '' ? cmdlet : '');
    if (cmdlet === '') continue;
    const known = table.get(cmdlet) ?? [];
    if (third.startsWith('CLI'))
      known.push(...[...second.matchAll(/`-(\w+)`/g)].map((match) => match[1] ?? ''));
    table.set(cmdlet, known);
  }
  return table;
}

const table = readTable();
const cmdlets = commands.flatMap((command) =>
  command.cmdlet === undefined ? [] : [[command.cmdlet, command] as const],
);

describe('docs/microsoft.md', () => {
  it('lists the cmdlets of the command line, and no other', () => {
    expect([...table.keys()].sort()).toEqual(cmdlets.map(([name]) => name).sort());
  });

  it.each(cmdlets)('claims of %s only parameters that it has', (name, command) => {
    const has = parametersOf(command, 'cmdlet').map((parameter) => spellingOf(parameter, 'cmdlet').slice(1));
    expect((table.get(name) ?? []).filter((parameter) => !has.includes(parameter))).toEqual([]);
  });
});
