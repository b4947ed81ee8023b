import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { commands } from './commands.js';
import { printCompletion } from './completion.js';
import { printCommandHelp, printHelp } from './help.js';

/** What bash would offer for a line that is being written. */
function complete(...words: string[]): string[] {
  const script = `${printCompletion(commands, 'bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _sterna; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

it('bash completes commands, cmdlets and their parameters', () => {
  expect(complete('sterna', 'bat')).toEqual(['batch']);
  expect(complete('sterna', 'New-Mig')).toEqual(['New-MigrationEndpoint', 'New-MigrationBatch']);
  expect(complete('sterna', 'batch', 're')).toEqual(['remove', 'report']);
  expect(complete('sterna', 'batch', 'create', '--auto')).toEqual(['--auto-start', '--auto-complete']);
  expect(complete('sterna', 'New-MigrationBatch', '-Auto')).toEqual(['-AutoStart', '-AutoComplete']);
});

it('fish gets a line for every command', () => {
  const script = printCompletion(commands, 'fish');
  for (const { path } of commands) expect(script).toContain(`-a ${path[1]}`);
});

it('every command is in the help and explains its parameters', () => {
  const help = printHelp(commands, null);
  for (const command of commands) {
    expect(help).toContain(command.path.join(' '));
    for (const { help: text } of command.parameters) expect(printCommandHelp(command)).toContain(text);
  }
});
