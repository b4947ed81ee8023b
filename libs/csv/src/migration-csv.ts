import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { type CsvHeader, type Delimiter, delimiterOf, readHeader } from './csv-header.js';
import type { CsvFileFault, CsvItem } from './csv-item.js';
import { type CsvRecord, readRow } from './csv-row.js';
import { CsvFault, decodeCsv } from './csv-text.js';

/** Microsoft's limit for the rows of one migration batch. */
export const maxCsvRows = 50_000;

export interface CsvOptions {
  /** -AllowUnknownColumnsInCsv: ignores columns that have no meaning here instead of rejecting the file. */
  allowUnknownColumns?: boolean;
  /** Whether a row may leave Password empty: its endpoint logs in by a token, or knows the password from elsewhere. */
  allowEmptyPasswords?: boolean;
}

export type CsvSource = Uint8Array | AsyncIterable<Uint8Array>;

/** Splits off the first line that is not blank, so that its separator is known before parsing begins. */
async function readDelimiter(text: AsyncIterator<string>): Promise<{ delimiter: Delimiter; start: string }> {
  let start = '';
  while (!/\S[^\r\n]*[\r\n]/.test(start)) {
    const next = await text.next();
    if (next.done === true) break;
    start += next.value;
  }
  return { delimiter: delimiterOf(start.trimStart().split(/[\r\n]/, 1)[0] ?? ''), start };
}

async function* startingWith(start: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  if (start !== '') yield start;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

function isRecord(value: unknown): value is { record: string[]; info: { lines: number } } {
  return typeof value === 'object' && value !== null && 'record' in value && 'info' in value;
}

/** Bytes at once; the parser hands on all rows of what it is given before anybody can hold it back. */
const partBytes = 16 * 1024;

function* partsOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += partBytes) yield bytes.subarray(at, at + partBytes);
}

/** Rows of RFC 4180 with the line each begins on; lines without any text are left out. */
async function* readRecords(source: CsvSource): AsyncGenerator<CsvRecord> {
  const text = decodeCsv(source instanceof Uint8Array ? partsOf(source) : source);
  const { delimiter, start } = await readDelimiter(text);
  const parser = parse({
    delimiter,
    info: true,
    relax_column_count: true,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const input = Readable.from(startingWith(start, text));
  input.on('error', (error) => parser.destroy(error));
  input.pipe(parser);
  let line = 1;
  for await (const parsed of parser) {
    if (!isRecord(parsed)) continue;
    const cells = parsed.record;
    if (cells.some((cell) => cell.trim() !== '')) yield { line, cells };
    line += 1 + cells.reduce((lines, cell) => lines + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
  }
}

function columnCountFault({ line, cells }: CsvRecord, header: CsvHeader): CsvFileFault {
  return {
    kind: 'fileFault',
    line,
    column: Math.min(cells.length, header.count) + 1,
    code: 'columnCountDiffers',
    message: `Line ${line} has ${cells.length} columns, the header has ${header.count}. Every row must have as many; an empty value still needs its separator, and a value that contains the separator must be quoted.`,
  };
}

function faultOfError(error: unknown): CsvFileFault {
  if (error instanceof CsvFault) return error.fault;
  if (!(error instanceof CsvError)) throw error;
  const lines: unknown = error['lines'];
  const column: unknown = error['column'];
  const line = typeof lines === 'number' ? lines : 1;
  return {
    kind: 'fileFault',
    line,
    column: typeof column === 'number' ? column + 1 : 1,
    code: 'quoteInvalid',
    message: `A quotation mark near line ${line} is misplaced. A value that contains one must be quoted, and the mark written twice.`,
  };
}

/**
 * Reads the CSV file of a migration batch as a stream: EmailAddress, UserName, Password and optionally UserRoot.
 * A faulty row is an item of its own and the others go on; a fault of the file is the last item and rejects the
 * whole file, so nothing may be kept of the rows before it. Sources: Microsoft's "CSV files for IMAP migration
 * batches" and "Troubleshoot Migration Validation Errors".
 */
export async function* parseMigrationCsv(
  source: CsvSource,
  options: CsvOptions = {},
): AsyncGenerator<CsvItem> {
  const seen = new Map<string, number>();
  let header: CsvHeader | null = null;
  let rows = 0;
  try {
    for await (const record of readRecords(source)) {
      if (header === null) {
        header = readHeader(record.cells, record.line, options.allowUnknownColumns ?? false);
        continue;
      }
      if (record.cells.length !== header.count) {
        yield columnCountFault(record, header);
        return;
      }
      rows += 1;
      if (rows > maxCsvRows) {
        yield tooManyRows(record.line);
        return;
      }
      const item = readRow(record, header, {
        seen,
        allowEmptyPassword: options.allowEmptyPasswords ?? false,
      });
      if (item.kind === 'row') seen.set(item.emailAddress.toLowerCase(), item.line);
      yield item;
    }
  } catch (error) {
    yield faultOfError(error);
    return;
  }
  if (rows === 0) yield emptyFile(header !== null);
}

function tooManyRows(line: number): CsvFileFault {
  return {
    kind: 'fileFault',
    line,
    column: 1,
    code: 'tooManyRows',
    message: 'The CSV file has more than 50,000 rows. Split it over several migration batches.',
  };
}

function emptyFile(hasHeader: boolean): CsvFileFault {
  return {
    kind: 'fileFault',
    line: hasHeader ? 2 : 1,
    column: 1,
    code: 'fileEmpty',
    message: hasHeader
      ? 'The CSV file has a header and no rows.'
      : 'The CSV file is empty. Its first line must be EmailAddress,UserName,Password.',
  };
}
