import { findCommand, findTopic } from './command-name.js';
import { type Command, CommandValues, type Parameter } from './command-table.js';
import { changeParameters } from './confirmation.js';
import { type OutputOptions, splitOnce, takeOutput } from './output-options.js';
import { type ParameterValue, readValue } from './parameter-value.js';
import { readMoment } from './time-value.js';
import { UsageError } from './usage-error.js';

export type ParsedLine =
  | { kind: 'help'; command: Command | null; topic: string | null }
  | { kind: 'run'; command: Command; values: CommandValues; options: OutputOptions };

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

/** `--source-endpoint`, or `-SourceEndpoint` of a cmdlet. */
export function spellingOf(parameter: Parameter, style: 'plain' | 'cmdlet'): string {
  return style === 'plain'
    ? `--${kebab(parameter.name)}`
    : `-${parameter.cmdletName ?? pascal(parameter.name)}`;
}

/** The parameters that exist in a spelling. */
export function parametersOf(command: Command, style: 'plain' | 'cmdlet'): Parameter[] {
  const all = command.changes === true ? [...command.parameters, ...changeParameters] : command.parameters;
  return all.filter(({ only }) => only === undefined || only === style);
}

/** Finds a parameter by its name or an unambiguous beginning of it. */
function findParameter(command: Command, style: 'plain' | 'cmdlet', written: string): Parameter {
  const wanted = written.toLowerCase();
  const known = parametersOf(command, style);
  const spelled = (parameter: Parameter): string => spellingOf(parameter, style).toLowerCase();
  const exact = known.find((parameter) => spelled(parameter) === wanted);
  if (exact !== undefined) return exact;
  const begun = known.filter((parameter) => spelled(parameter).startsWith(wanted));
  const [only, ...others] = begun;
  if (only !== undefined && others.length === 0) return only;
  if (only === undefined) throw new UsageError(`${written} is not a parameter of this command.`);
  const names = begun.map((parameter) => spellingOf(parameter, style)).join(', ');
  throw new UsageError(`${written} is ambiguous: it may be ${names}.`);
}

interface Reading {
  command: Command;
  style: 'plain' | 'cmdlet';
  queue: string[];
  values: Map<string, ParameterValue>;
}

function isName(argument: string, style: 'plain' | 'cmdlet'): boolean {
  return style === 'plain' ? argument.startsWith('--') : /^-[A-Za-z]/.test(argument);
}

function readNamed(reading: Reading, argument: string): void {
  const { command, style, queue, values } = reading;
  const [written, inline] = splitOnce(argument, style === 'plain' ? '=' : ':');
  const isNegated = style === 'plain' && written.startsWith('--no-');
  const parameter = findParameter(command, style, isNegated ? `--${written.slice(5)}` : written);
  if (values.has(parameter.name)) throw new UsageError(`${written} is there twice.`);
  if (parameter.kind === 'switch') {
    // a Boolean of Microsoft's may have its value as a word of its own
    const isSpelledOut = style === 'cmdlet' && /^\$?(true|false)$/i.test(queue[0] ?? '');
    const value = inline ?? (isSpelledOut ? queue.shift() : undefined);
    values.set(
      parameter.name,
      isNegated ? false : value === undefined || readValue(parameter, value, written),
    );
    return;
  }
  if (isNegated) throw new UsageError(`${written}: only a switch can be turned off.`);
  let text = inline ?? queue.shift();
  if (text === undefined) throw new UsageError(`${written} needs a value.`);
  while (parameter.kind === 'list' && (text.endsWith(',') || queue[0]?.startsWith(',') === true)) {
    text += queue.shift() ?? '';
    if (queue.length === 0) break;
  }
  values.set(parameter.name, readValue(parameter, text, written));
}

function readPositional({ command, style, values }: Reading, argument: string): void {
  const next = parametersOf(command, style)
    .filter(({ position, name }) => position !== undefined && !values.has(name))
    .sort((a, b) => (a.position ?? 0) - (b.position ?? 0))[0];
  if (next === undefined) throw new UsageError(`"${argument}" is one argument too many.`);
  values.set(next.name, readValue(next, argument, spellingOf(next, style)));
}

/** Moments are read last: without a zone they are in the one that the command line names, else in UTC. */
function readMoments({ command, style, values }: Reading): void {
  const zone = parametersOf(command, style)
    .filter(({ kind }) => kind === 'timezone')
    .map(({ name }) => values.get(name))
    .find((value) => typeof value === 'string');
  for (const parameter of parametersOf(command, style)) {
    const text = values.get(parameter.name);
    if (parameter.kind !== 'moment' || typeof text !== 'string') continue;
    const isNever = /^(\$null|none|never)$/i.test(text);
    values.set(
      parameter.name,
      isNever ? null : readMoment(text, zone ?? 'UTC', spellingOf(parameter, style)),
    );
  }
}

function requireAll({ command, style, values }: Reading): void {
  const missing = parametersOf(command, style).filter(
    ({ isRequired, name }) => isRequired === true && !values.has(name),
  );
  if (missing.length === 0) return;
  throw new UsageError(`Missing: ${missing.map((parameter) => spellingOf(parameter, style)).join(', ')}`);
}

/** Understands a command line. @throws UsageError */
export function parseCommandLine(commands: readonly Command[], args: readonly string[]): ParsedLine {
  const { rest, options } = takeOutput(args);
  const isHelp = (argument: string): boolean => ['--help', '-h', '-?'].includes(argument);
  const wantsHelp = rest.some(isHelp) || rest[0] === 'help';
  const words = rest.slice(rest[0] === 'help' ? 1 : 0).filter((argument) => !isHelp(argument));
  const found = findCommand(commands, words);
  if (wantsHelp || words.length === 0)
    return {
      kind: 'help',
      command: found?.command ?? null,
      topic: findTopic(commands, words[0] ?? '') ?? null,
    };
  if (found === null) {
    const topic = words.length === 1 ? findTopic(commands, words[0] ?? '') : undefined;
    if (topic !== undefined) return { kind: 'help', command: null, topic };
    throw new UsageError(`"${words.slice(0, 2).join(' ')}" is not a command; sterna --help lists them.`);
  }
  const reading: Reading = { ...found, values: new Map() };
  for (let next = reading.queue.shift(); next !== undefined; next = reading.queue.shift()) {
    if (isName(next, reading.style)) readNamed(reading, next);
    else readPositional(reading, next);
  }
  requireAll(reading);
  readMoments(reading);
  return { kind: 'run', command: reading.command, values: new CommandValues(reading.values), options };
}
