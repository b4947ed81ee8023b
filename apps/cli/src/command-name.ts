import type { Command } from './command-table.js';
import { UsageError } from './usage-error.js';

/** A command, how it was spelled, and the words that follow its name. */
export interface NamedCommand {
  command: Command;
  style: 'plain' | 'cmdlet';
  queue: string[];
}

/**
 * The known name that `written` is, in any letter case, or the only one that begins with it.
 * @throws UsageError when more than one does; they are named
 */
function findName(known: readonly string[], written: string): string | undefined {
  const wanted = written.toLowerCase();
  const exact = known.find((name) => name.toLowerCase() === wanted);
  if (exact !== undefined || wanted === '') return exact;
  const begun = known.filter((name) => name.toLowerCase().startsWith(wanted));
  if (begun.length > 1) throw new UsageError(`"${written}" is ambiguous: it may be ${begun.join(', ')}.`);
  return begun[0];
}

function findCmdlet(commands: readonly Command[], [first = '', ...queue]: readonly string[]) {
  const cmdlets = commands.flatMap(({ cmdlet }) => (cmdlet === undefined ? [] : [cmdlet]));
  const name = first.includes('-') ? findName(cmdlets, first) : undefined;
  const command = commands.find(({ cmdlet }) => name !== undefined && cmdlet === name);
  return command === undefined ? null : { command, style: 'cmdlet' as const, queue };
}

function findPlain(commands: readonly Command[], [first = '', second = '', ...queue]: readonly string[]) {
  const topic = findTopic(commands, first);
  const members = commands.filter(({ path }) => path[0] === topic);
  const verb = findName(
    members.map(({ path }) => path[1]),
    second,
  );
  const command = members.find(({ path }) => verb !== undefined && path[1] === verb);
  return command === undefined ? null : { command, style: 'plain' as const, queue };
}

/** The first word of plain commands that `written` is or begins, such as `batch`. @throws UsageError */
export function findTopic(commands: readonly Command[], written: string): string | undefined {
  return findName([...new Set(commands.map(({ path }) => path[0]))], written);
}

/**
 * Finds the command that the first words name, in Sterna's or in Microsoft's spelling; letter case makes no
 * difference, and an unambiguous beginning is enough.
 * @throws UsageError
 */
export function findCommand(commands: readonly Command[], words: readonly string[]): NamedCommand | null {
  return findCmdlet(commands, words) ?? findPlain(commands, words);
}
