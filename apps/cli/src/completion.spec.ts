import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from './commands.js';
import { printCompletion, type Shell } from './completion.js';
import { printCommandHelp, printHelp } from './help.js';

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'sterna-completion-'));
  writeFileSync(path.join(directory, 'users.csv'), '');
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function run(shell: Shell, args: string[], script: string): string[] {
  const environment = { PATH: process.env['PATH'], HOME: directory, LC_ALL: 'C.UTF-8' };
  const options = { encoding: 'utf8', cwd: directory, env: environment } as const;
  const lines = execFileSync(shell, [...args, '-c', script], options).split('\n');
  return lines.filter((line) => line !== '');
}

const call = (words: string[]): string =>
  `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _sterna
printf '%s\\n' "\${COMPREPLY[@]}"`;

/** What each shell offers for a line that is being written, in the order of the alphabet. */
const completions: Record<Shell, (words: string[]) => string[]> = {
  bash: (words) => run('bash', ['--norc'], `${printCompletion(commands, 'bash')}\n${call(words)}`),
  // its bashcompinit calls the function as ksh would, whose arrays begin with 0; zsh takes what fits what is written
  zsh: (words) =>
    run(
      'zsh',
      ['-f'],
      `autoload -U compinit && compinit -u -D\n${printCompletion(commands, 'zsh')}
setopt KSH_ARRAYS SH_WORD_SPLIT\n${call(words)}`,
    ).filter((word) => word.startsWith(words.at(-1) ?? '')),
  fish: (words) =>
    run(
      'fish',
      ['--no-config'],
      `${printCompletion(commands, 'fish')}\ncomplete -C '${words.join(' ')}'`,
    ).map((line) => line.replace(/\t.*$/u, '')),
};

describe.each(['bash', 'zsh', 'fish'] as const)('%s completes', (shell) => {
  const complete = (...words: string[]): string[] => completions[shell](['sterna', ...words]).toSorted();

  it('commands, cmdlets and their parameters', () => {
    expect(complete('bat')).toEqual(['batch']);
    expect(complete('New-Mig')).toEqual(['New-MigrationBatch', 'New-MigrationEndpoint']);
    expect(complete('batch', 're')).toEqual(['remove', 'report']);
    expect(complete('batch', 'create', '--auto')).toEqual(['--auto-complete', '--auto-start']);
    expect(complete('New-MigrationBatch', '-Auto')).toEqual(['-AutoComplete', '-AutoStart']);
    expect(complete('completion', 'z')).toEqual(['zsh']);
  });

  it('values where the table has choices, and paths where it wants files', () => {
    expect(complete('endpoint', 'create', '--security', '')).toEqual(['None', 'Ssl', 'Tls']);
    expect(complete('New-MigrationEndpoint', '-IMAP', '-Security', 'T')).toEqual(['Tls']);
    expect(complete('Get-MigrationBatch', '-Status', 'IncrementalSync')).toEqual(['IncrementalSyncing']);
    expect(complete('batch', 'list', '--output', 'j')).toEqual(['json']);
    expect(complete('New-MigrationBatch', '-CSVData', 'us')).toEqual(['users.csv']);
  });

  it('nothing where only the user knows the value', () => {
    expect(complete('batch', 'create', '--name', 'us')).toEqual([]);
    expect(complete('New-MigrationBatch', '-Name', 'us')).toEqual([]);
  });
});

it('every command is in the help and explains its parameters', () => {
  const help = printHelp(commands, null);
  for (const command of commands) {
    expect(help).toContain(command.path.join(' '));
    for (const { help: text } of command.parameters) expect(printCommandHelp(command)).toContain(text);
  }
});
