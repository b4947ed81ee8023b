import { parametersOf, spellingOf } from './command-line.js';
import type { Command } from './command-table.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

const outputOptions = ['--output', '--format-list', '--format-table', '--help'];

function optionsOf(command: Command, style: 'plain' | 'cmdlet'): string[] {
  return [...parametersOf(command, style).map((parameter) => spellingOf(parameter, style)), ...outputOptions];
}

function printBash(commands: readonly Command[]): string {
  const topics = Map.groupBy(commands, ({ path }) => path[0]);
  const cmdlets = commands.flatMap(({ cmdlet }) => (cmdlet === undefined ? [] : [cmdlet]));
  const firsts = [...topics.keys(), 'completion', ...cmdlets].join(' ');
  const seconds = [...topics].map(
    ([topic, members]) => `    ${topic}) words="${members.map(({ path }) => path[1]).join(' ')}" ;;`,
  );
  const options = commands.flatMap((command) => [
    `    "${command.path.join(' ')}") words="${optionsOf(command, 'plain').join(' ')}" ;;`,
    ...(command.cmdlet === undefined
      ? []
      : [`    "${command.cmdlet} "*) words="${optionsOf(command, 'cmdlet').join(' ')}" ;;`]),
  ]);
  return `_sterna() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${options.join('\n')}
  esac
  if [ "$COMP_CWORD" = 1 ]; then words="${firsts}"
  elif [ "$COMP_CWORD" = 2 ]; then case "\${COMP_WORDS[1]}" in
${seconds.join('\n')}
    completion) words="${shells.join(' ')}" ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _sterna sterna`;
}

function printFish(commands: readonly Command[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;
  const topics = [...Map.groupBy(commands, ({ path }) => path[0])];
  const lines = topics.flatMap(([topic, members]) => [
    `complete -c sterna -n __fish_use_subcommand -a ${topic}`,
    ...members.flatMap((command) => [
      `complete -c sterna -n '__fish_seen_subcommand_from ${topic}' -a ${command.path[1]} -d ${quote(command.summary)}`,
      ...parametersOf(command, 'plain').map(
        (parameter) =>
          `complete -c sterna -n '__fish_seen_subcommand_from ${topic}; and __fish_seen_subcommand_from ${command.path[1]}' -l ${spellingOf(parameter, 'plain').slice(2)} -d ${quote(parameter.help)}`,
      ),
    ]),
  ]);
  const cmdlets = commands.flatMap((command) => {
    const { cmdlet } = command;
    if (cmdlet === undefined) return [];
    return [
      `complete -c sterna -n __fish_use_subcommand -a ${cmdlet} -d ${quote(command.summary)}`,
      ...parametersOf(command, 'cmdlet').map(
        (parameter) =>
          `complete -c sterna -n '__fish_seen_subcommand_from ${cmdlet}' -o ${spellingOf(parameter, 'cmdlet').slice(1)} -d ${quote(parameter.help)}`,
      ),
    ];
  });
  return [...lines, ...cmdlets, `complete -c sterna -n __fish_use_subcommand -a completion`].join('\n');
}

/** A script for the shell's start-up file, made from the table of commands. */
export function printCompletion(commands: readonly Command[], shell: Shell): string {
  switch (shell) {
    case 'bash':
      return printBash(commands);
    case 'zsh':
      return `autoload -U +X bashcompinit && bashcompinit\n${printBash(commands)}`;
    case 'fish':
      return printFish(commands);
  }
}
