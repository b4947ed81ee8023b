import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { Command, Parameter } from './command-table.js';

/** What PowerShell adds to every cmdlet that changes something. */
export const changeParameters: readonly Parameter[] = [
  { name: 'whatIf', kind: 'switch', help: 'says what would be done, without doing it' },
  { name: 'confirm', kind: 'switch', help: 'asks before it is done; without it nothing is asked' },
];

/** The sentence of PowerShell's -WhatIf. */
export function whatIf(command: Command, target: string): string {
  const operation = command.cmdlet ?? command.path.join(' ');
  return `What if: Performing the operation "${operation}" on target "${target}".`;
}

/** Asks on the terminal; anything but yes is no. */
export async function isConfirmed(command: Command, target: string, signal: AbortSignal): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const operation = command.cmdlet ?? command.path.join(' ');
    const question = `Are you sure you want to perform this action?\n${operation} on "${target}"\n[Y] Yes  [N] No (default is "N"): `;
    const silence = once(terminal, 'close', { signal }).then(() => '');
    const answer = await Promise.race([terminal.question(question, { signal }), silence]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
