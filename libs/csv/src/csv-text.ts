import { TextDecoder } from 'node:util';
import type { CsvFileFault } from './csv-item.js';

/** Microsoft's limit for the file of a migration batch (10 MB). */
export const maxCsvBytes = 10 * 1024 * 1024;

type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be';

/** Ends the reading of a file; caught by the parser and handed on as a value. */
export class CsvFault extends Error {
  readonly fault: CsvFileFault;

  constructor(fault: Omit<CsvFileFault, 'kind'>) {
    super(fault.message);
    this.fault = { kind: 'fileFault', ...fault };
  }
}

/** By byte order mark; without one, a zero byte beside the first letter tells UTF-16 (the header is ASCII). */
function encodingOf(start: Buffer): Encoding {
  if (start[0] === 0xff && start[1] === 0xfe) return 'utf-16le';
  if (start[0] === 0xfe && start[1] === 0xff) return 'utf-16be';
  if (start.length >= 2 && start[0] === 0) return 'utf-16be';
  if (start.length >= 2 && start[1] === 0) return 'utf-16le';
  return 'utf-8';
}

async function* limitBytes(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Buffer> {
  let total = 0;
  let start: Buffer | null = Buffer.alloc(0);
  for await (const chunk of source) {
    total += chunk.byteLength;
    if (total > maxCsvBytes) {
      throw new CsvFault({
        line: 1,
        column: 1,
        code: 'fileTooLarge',
        message: 'The CSV file is larger than 10 MB. Split it over several migration batches.',
      });
    }
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (start === null) {
      yield bytes;
      continue;
    }
    start = Buffer.concat([start, bytes]);
    if (start.length < 4) continue;
    yield start;
    start = null;
  }
  if (start !== null && start.length > 0) yield start;
}

/**
 * Decodes the bytes of a CSV file: UTF-8 with or without BOM, UTF-16 of either byte order. Nothing is guessed:
 * bytes that are not valid end the reading with the line they are on.
 * @throws CsvFault encodingInvalid, fileTooLarge
 */
export async function* decodeCsv(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  let line = 1;
  const decode = (bytes: Buffer | null): string => {
    try {
      return bytes === null ? (decoder?.decode() ?? '') : (decoder?.decode(bytes, { stream: true }) ?? '');
    } catch {
      throw new CsvFault({
        line: line + validLines(bytes),
        column: 1,
        code: 'encodingInvalid',
        message: 'The CSV file is not valid UTF-8 or UTF-16. In Excel, save it as "CSV UTF-8".',
      });
    }
  };
  for await (const bytes of limitBytes(source)) {
    decoder ??= new TextDecoder(encodingOf(bytes), { fatal: true });
    const text = decode(bytes);
    line += text.split('\n').length - 1;
    if (text !== '') yield text;
  }
  const rest = decode(null);
  if (rest !== '') yield rest;
}

/** How many line ends stand before the first byte that is not UTF-8. */
function validLines(bytes: Buffer | null): number {
  if (bytes === null) return 0;
  const firstBad = new TextDecoder('utf-8').decode(bytes).indexOf('\uFFFD');
  return firstBad < 0 ? 0 : bytes.toString('utf8').slice(0, firstBad).split('\n').length - 1;
}
