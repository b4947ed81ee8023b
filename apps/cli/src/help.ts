import { parametersOf, spellingOf } from './command-line.js';
import type { Command } from './command-table.js';
import { exitCodeHelp } from './exit-code.js';

const environment = `Environment:
  STERNA_URL      where batch-api is, default http://127.0.0.1:8080
  STERNA_API_KEY  the tenant's API key, or the operator's key
  STERNA_TENANT   id of the tenant`;

const common = `Everywhere:
  --output json|table
  --format-list A,B*   shows these properties as a list (also: '|' Format-List A,B*)
  --format-table A,B*  shows these properties as a table

For the shell:
  completion bash|zsh|fish  prints what completes commands, parameters and values`;

/** All commands, or those of one topic such as `batch`. */
export function printHelp(commands: readonly Command[], topic: string | null): string {
  const shown = topic === null ? commands : commands.filter(({ path }) => path[0] === topic);
  const listed = shown.length === 0 ? commands : shown;
  const width = Math.max(...listed.map(({ path }) => path.join(' ').length));
  const cmdletWidth = Math.max(...listed.map(({ cmdlet = '' }) => cmdlet.length));
  const lines = listed.map(
    ({ path, cmdlet = '', summary }) =>
      `  ${path.join(' ').padEnd(width)}  ${cmdlet.padEnd(cmdletWidth)}  ${summary}`,
  );
  return [
    'sterna COMMAND --help explains one. Commands, and the cmdlets that they are:',
    ...lines,
    '',
    common,
    '',
    environment,
    '',
    exitCodeHelp,
  ].join('\n');
}

/** One command in both spellings. */
export function printCommandHelp(command: Command): string {
  const usage = `sterna ${command.path.join(' ')} [options]`;
  const cmdlet = command.cmdlet === undefined ? [] : [`sterna ${command.cmdlet} [parameters]`];
  const parameters = new Set([...parametersOf(command, 'plain'), ...parametersOf(command, 'cmdlet')]);
  const rows = [...parameters].map((parameter) => {
    const spellings = (['plain', 'cmdlet'] as const)
      .filter(
        (style) =>
          parametersOf(command, style).includes(parameter) &&
          (style === 'plain' || command.cmdlet !== undefined),
      )
      .map((style) => spellingOf(parameter, style));
    const notes = [
      parameter.isRequired === true ? 'required' : '',
      parameter.position === undefined ? '' : `argument ${parameter.position + 1}`,
    ];
    return {
      names: spellings.join(', '),
      help: [parameter.help, ...notes.filter((note) => note !== '')].join('; '),
    };
  });
  const width = Math.max(0, ...rows.map(({ names }) => names.length));
  return [
    usage,
    ...cmdlet,
    '',
    command.summary,
    '',
    ...rows.map(({ names, help }) => `  ${names.padEnd(width)}  ${help}`),
    '',
    common,
  ].join('\n');
}
