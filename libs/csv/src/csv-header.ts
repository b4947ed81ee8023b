import { CsvFault } from './csv-text.js';

const columnNames = ['emailaddress', 'username', 'password', 'userroot'] as const;
const printedNames = {
  emailaddress: 'EmailAddress',
  username: 'UserName',
  password: 'Password',
  userroot: 'UserRoot',
} as const;
type ColumnName = (typeof columnNames)[number];

/** Where each cell of a row stands, from 0; `userroot` is null where the file has no such column. */
export interface CsvHeader {
  emailAddress: number;
  userName: number;
  password: number;
  userRoot: number | null;
  count: number;
}

const delimiters = [',', ';', '\t'] as const;
export type Delimiter = (typeof delimiters)[number];

/**
 * The separator of a file is the one of its header: a comma, the semicolon that Excel writes in Europe, or the tab of
 * its "Unicode text", the only UTF-16 that it writes.
 */
export function delimiterOf(headerLine: string): Delimiter {
  const count = (delimiter: Delimiter): number => headerLine.split(delimiter).length;
  return delimiters.reduce((best, next) => (count(next) > count(best) ? next : best));
}

function fault(code: CsvFault['fault']['code'], position: [line: number, column: number], message: string) {
  return new CsvFault({ line: position[0], column: position[1], code, message });
}

/**
 * Reads the header: names in any order and letter case, EmailAddress, UserName and Password required.
 * @throws CsvFault columnMissing, columnDuplicate, columnUnknown
 */
export function readHeader(cells: readonly string[], line: number, allowUnknownColumns: boolean): CsvHeader {
  const places = new Map<ColumnName, number>();
  cells.forEach((cell, index) => {
    const written = cell.trim();
    const name = columnNames.find((known) => known === written.toLowerCase());
    if (name === undefined) {
      if (allowUnknownColumns) return;
      throw fault(
        'columnUnknown',
        [line, index + 1],
        `The column "${written.slice(0, 64)}" is unknown. The CSV file may have the columns EmailAddress, UserName, Password and UserRoot; AllowUnknownColumnsInCsv ignores others.`,
      );
    }
    if (places.has(name)) {
      throw fault('columnDuplicate', [line, index + 1], `The column ${printedNames[name]} is there twice.`);
    }
    places.set(name, index);
  });
  const place = (name: ColumnName): number => {
    const index = places.get(name);
    if (index !== undefined) return index;
    throw fault(
      'columnMissing',
      [line, 1],
      `The required column ${printedNames[name]} is missing from the header of the CSV file.`,
    );
  };
  return {
    emailAddress: place('emailaddress'),
    userName: place('username'),
    password: place('password'),
    userRoot: places.get('userroot') ?? null,
    count: cells.length,
  };
}
