import Table from 'cli-table3';
import type { Cell, CommandResult, OutputRecord } from '../command-table.js';
import type { OutputOptions } from '../output-options.js';

/** A cell as text; lists as PowerShell shows them. */
export function printCell(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (Array.isArray(cell)) return `{${cell.join(', ')}}`;
  if (typeof cell === 'boolean') return cell ? 'True' : 'False';
  // control characters of a foreign server must not reach the terminal
  return String(cell).replace(/\p{Cc}/gu, ' ');
}

/** The properties that patterns such as `Max*` name, in the order of the patterns, without regard to case. */
export function selectFields(records: readonly OutputRecord[], patterns: readonly string[]): string[] {
  const known = [...new Set(records.flatMap((record) => Object.keys(record)))];
  if (patterns.length === 0) return known;
  const selected = patterns.flatMap((pattern) => {
    const escaped = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    const expression = new RegExp(`^${escaped}$`, 'i');
    return known.filter((name) => expression.test(name));
  });
  return [...new Set(selected)];
}

/** `Name : value` lines, as Format-List; further lines of a text stand below its first, as PowerShell has them. */
export function printList(records: readonly OutputRecord[], fields: readonly string[]): string {
  const width = Math.max(0, ...fields.map((field) => field.length));
  const printLine = (field: string, cell: Cell | undefined): string => {
    const lines = typeof cell === 'string' ? cell.split('\n').map(printCell) : [printCell(cell)];
    return `${field.padEnd(width)} : ${lines.join(`\n${' '.repeat(width + 3)}`)}`;
  };
  return records
    .map((record) => fields.map((field) => printLine(field, record[field])).join('\n'))
    .join('\n\n');
}

/** A table, numbers to the right. */
export function printTable(records: readonly OutputRecord[], fields: readonly string[]): string {
  if (records.length === 0) return 'nothing found';
  const table = new Table({
    head: [...fields],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    colAligns: fields.map((field) =>
      records.some((record) => typeof record[field] === 'number') ? 'right' : 'left',
    ),
  });
  for (const record of records) table.push(fields.map((field) => printCell(record[field])));
  return table.toString();
}

/** A result as it is printed on standard output. */
export function printResult(result: CommandResult, { output, format }: OutputOptions): string {
  if (output === 'json') return JSON.stringify(result.json, null, 2);
  const notes = result.notes ?? [];
  if (result.text !== undefined) return [...notes, result.text].join('\n');
  const { records, columns } = result;
  if (format.kind === 'list') return printList(records, selectFields(records, format.fields));
  if (format.kind === 'table') return printTable(records, selectFields(records, format.fields));
  const body =
    columns === undefined ? printList(records, selectFields(records, [])) : printTable(records, columns);
  const lines = (result.after ?? []).map((line) => line.replace(/\p{Cc}/gu, ' '));
  return [...[...notes, body].filter((part) => part !== ''), ...lines].join('\n');
}
