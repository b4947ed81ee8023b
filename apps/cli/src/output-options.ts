import { UsageError } from './usage-error.js';

/** How the result is to be shown. */
export interface OutputOptions {
  output: 'table' | 'json';
  format: { kind: 'default' } | { kind: 'list' | 'table'; fields: string[] };
}

const formatWords: Record<string, 'list' | 'table'> = {
  'format-list': 'list',
  fl: 'list',
  'format-table': 'table',
  ft: 'table',
};

/**
 * Takes what belongs to the output out of the arguments: --output, --format-list A,B, and a pipe that the shell has
 * handed on: `'|' Format-List A,B*` in words of their own, or in one as `'| Format-List A,B*'`.
 * @throws UsageError
 */
export function takeOutput(args: readonly string[]): { rest: string[]; options: OutputOptions } {
  const options: OutputOptions = { output: 'table', format: { kind: 'default' } };
  const rest: string[] = [];
  const queue = args.flatMap(splitPipe);
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const [name, inline] = next.startsWith('--') ? splitOnce(next, '=') : [next];
    const format =
      name === '|' ? formatWords[(queue.shift() ?? '').toLowerCase()] : formatWords[name.slice(2)];
    if (name === '--output') options.output = readOutput(inline ?? queue.shift());
    else if (name === '|' && format === undefined)
      throw new UsageError('After | only Format-List and Format-Table are known.');
    else if ((name === '|' || name.startsWith('--')) && format !== undefined) {
      options.format = { kind: format, fields: takeFields(inline, queue) };
    } else rest.push(next);
  }
  return { rest, options };
}

/** `| Format-List A,B` as one argument becomes words; a value that only contains a bar stays as it is. */
function splitPipe(argument: string): string[] {
  const pipe = /^\s*\|\s*([A-Za-z-]+)(?:\s+(.*?))?\s*$/u.exec(argument);
  const [, word = '', fields = ''] = pipe ?? [];
  if (formatWords[word.toLowerCase()] === undefined) return [argument];
  return ['|', word, ...fields.split(/\s+/u).filter((field) => field !== '')];
}

function readOutput(text: string | undefined): 'table' | 'json' {
  if (text === 'json' || text === 'table') return text;
  throw new UsageError('--output takes json or table.');
}

/** The fields, which the shell splits where a space follows a comma; -Property may stand before them. */
function takeFields(inline: string | undefined, queue: string[]): string[] {
  if (inline === undefined && /^-p(roperty)?$/i.test(queue[0] ?? '')) queue.shift();
  const [first] = queue;
  let text = inline ?? (first === undefined || first.startsWith('-') ? '' : (queue.shift() ?? ''));
  while (text !== '' && queue[0] !== undefined && (text.endsWith(',') || queue[0].startsWith(','))) {
    text += queue.shift() ?? '';
  }
  return text
    .split(',')
    .map((field) => field.trim())
    .filter((field) => field !== '');
}

export function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}
