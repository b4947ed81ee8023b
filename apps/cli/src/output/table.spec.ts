import { describe, expect, it } from 'vitest';
import { printCell, printList, printResult, printTable, selectFields } from './table.js';

const records = [
  { Identity: 'E1', Port: 993, MaxConcurrentMigrations: 100, MaxConcurrentIncrementalSyncs: 20 },
];

describe('a result', () => {
  it('shows the properties that patterns name, without regard to letter case', () => {
    expect(selectFields(records, ['port', 'max*'])).toEqual([
      'Port',
      'MaxConcurrentMigrations',
      'MaxConcurrentIncrementalSyncs',
    ]);
    expect(selectFields(records, ['id.*'])).toEqual([]);
  });

  it('is a list as Format-List prints it', () => {
    expect(printList(records, ['Identity', 'Port'])).toBe('Identity : E1\nPort     : 993');
  });

  it('has the further lines of a text below its first, and no other control characters', () => {
    const report = [{ Status: 'Synced', Report: 'a began\nb\u001b[31m ended' }];
    expect(printList(report, ['Status', 'Report'])).toBe(
      'Status : Synced\nReport : a began\n         b [31m ended',
    );
  });

  it('is a table with all its columns and rows', () => {
    const lines = printTable(records, ['Identity', 'Port']).split('\n');
    expect(lines.find((line) => line.includes('Identity'))).toContain('Port');
    expect(lines.find((line) => line.includes('E1'))).toContain('993');
    expect(printTable([], ['Identity'])).toBe('nothing found');
  });

  it('is what the API answered with --output json', () => {
    const options = { output: 'json', format: { kind: 'default' } } as const;
    expect(JSON.parse(printResult({ records, json: { a: [1] } }, options))).toEqual({ a: [1] });
  });

  it('never lets control characters reach the terminal', () => {
    expect(printCell('a\u001b[2Jb')).toBe('a [2Jb');
  });
});
