import { parametersOf, spellingOf } from './command-line.js';
import type { Command, Parameter } from './command-table.js';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

type Style = 'plain' | 'cmdlet';

/** What may follow an option: one of these words, a path, some text, or (null) nothing, as it is a switch. */
type Value = readonly string[] | 'path' | 'text' | null;

interface Option {
  spelling: string;
  value: Value;
  help: string;
}

const outputOptions: readonly Option[] = [
  { spelling: '--output', value: ['table', 'json'], help: 'how the result is shown' },
  { spelling: '--format-list', value: 'text', help: 'a list of these properties, * for any part of a name' },
  { spelling: '--format-table', value: 'text', help: 'a table of these properties' },
  { spelling: '--help', value: null, help: 'what the command does and takes' },
];

function valueOf({ kind, choices }: Parameter): Value {
  if (kind === 'switch') return null;
  return choices ?? (kind === 'file' ? 'path' : 'text');
}

function optionsOf(command: Command, style: Style): Option[] {
  const own = parametersOf(command, style).map((parameter) => ({
    spelling: spellingOf(parameter, style),
    value: valueOf(parameter),
    help: parameter.help,
  }));
  return [...own, ...outputOptions];
}

/** What bash offers after an option, as branches of a `case` of the word before. */
function bashValues(options: readonly Option[]): string[] {
  const namesOf = (value: Value): string =>
    options
      .filter((option) => option.value === value)
      .map(({ spelling }) => spelling)
      .join('|');
  const paths = namesOf('path');
  return [
    ...options.flatMap(({ spelling, value }) =>
      Array.isArray(value) ? [`${spelling}) words="${value.join(' ')}" ;;`] : [],
    ),
    ...(paths === '' ? [] : [`${paths}) words="" paths=yes ;;`]),
    `${namesOf('text')}) words="" ;;`,
  ];
}

function bashBranch(pattern: string, options: readonly Option[]): string {
  const words = options.map(({ spelling }) => spelling).join(' ');
  return `    ${pattern})
      words="${words}"
      case "$before" in
${bashValues(options)
  .map((branch) => `        ${branch}`)
  .join('\n')}
      esac ;;`;
}

function printBash(commands: readonly Command[]): string {
  const topics = Map.groupBy(commands, ({ path }) => path[0]);
  const cmdlets = commands.flatMap(({ cmdlet }) => (cmdlet === undefined ? [] : [cmdlet]));
  const firsts = [...topics.keys(), 'completion', ...cmdlets].join(' ');
  const seconds = [...topics].map(
    ([topic, members]) => `    ${topic}) words="${members.map(({ path }) => path[1]).join(' ')}" ;;`,
  );
  const branches = commands.flatMap((command) => {
    const { path, cmdlet } = command;
    const plain = bashBranch(`"${path.join(' ')}"`, optionsOf(command, 'plain'));
    return cmdlet === undefined
      ? [plain]
      : [plain, bashBranch(`"${cmdlet} "*`, optionsOf(command, 'cmdlet'))];
  });
  return `_sterna() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" words="" paths=""
  case "\${COMP_WORDS[1]} \${COMP_WORDS[2]}" in
${branches.join('\n')}
  esac
  if [ "$COMP_CWORD" = 1 ]; then words="${firsts}"
  elif [ "$COMP_CWORD" = 2 ]; then case "\${COMP_WORDS[1]}" in
${seconds.join('\n')}
    completion) words="${shells.join(' ')}" ;;
  esac; fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$paths" ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _sterna sterna`;
}

const quoteFish = (text: string): string => `'${text.replaceAll("'", String.raw`\'`)}'`;

function fishValue(value: Value): string {
  if (value === null) return '';
  if (value === 'path') return ' -r -F';
  return value === 'text' ? ' -x' : ` -x -a ${quoteFish(value.join(' '))}`;
}

/** The options of a command, offered while the condition holds. A cmdlet's have one hyphen, which is fish's `-o`. */
function fishOptions(condition: string, options: readonly Option[]): string[] {
  return options.map(({ spelling, value, help }) => {
    const name = spelling.startsWith('--') ? `-l ${spelling.slice(2)}` : `-o ${spelling.slice(1)}`;
    return `complete -c sterna -n '${condition}' ${name}${fishValue(value)} -d ${quoteFish(help)}`;
  });
}

function printFish(commands: readonly Command[]): string {
  const topics = [...Map.groupBy(commands, ({ path }) => path[0])];
  const lines = topics.flatMap(([topic, members]) => {
    const isTopic = `__fish_seen_subcommand_from ${topic}`;
    const names = members.map(({ path }) => path[1]).join(' ');
    return [
      `complete -c sterna -n __fish_use_subcommand -a ${topic}`,
      ...members.flatMap((command) => {
        const name = command.path[1];
        const isNamed = `${isTopic}; and not __fish_seen_subcommand_from ${names}`;
        return [
          `complete -c sterna -n '${isNamed}' -a ${name} -d ${quoteFish(command.summary)}`,
          ...fishOptions(`${isTopic}; and __fish_seen_subcommand_from ${name}`, optionsOf(command, 'plain')),
        ];
      }),
    ];
  });
  const cmdlets = commands.flatMap((command) => {
    const { cmdlet } = command;
    if (cmdlet === undefined) return [];
    return [
      `complete -c sterna -n __fish_use_subcommand -a ${cmdlet} -d ${quoteFish(command.summary)}`,
      ...fishOptions(`__fish_seen_subcommand_from ${cmdlet}`, optionsOf(command, 'cmdlet')),
    ];
  });
  return [
    'complete -c sterna -f',
    ...lines,
    ...cmdlets,
    'complete -c sterna -n __fish_use_subcommand -a completion',
    `complete -c sterna -n '__fish_seen_subcommand_from completion' -a '${shells.join(' ')}'`,
  ].join('\n');
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
