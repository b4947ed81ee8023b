#!/usr/bin/env node
import { createSternaClient } from '@sterna/api-client';
import { parseCommandLine } from './command-line.js';
import type { Command, CommandContext, CommandResult } from './command-table.js';
import { commands } from './commands.js';
import { isConfirmed, whatIf } from './confirmation.js';
import { printCompletion, shells } from './completion.js';
import { exitCodeOf, exitCodes, explainError } from './exit-code.js';
import { printCommandHelp, printHelp } from './help.js';
import { printResult } from './output/table.js';
import { UsageError } from './usage-error.js';

/** Runs a command, unless it is only to be shown (-WhatIf) or is not confirmed (-Confirm). */
async function runCommand(command: Command, context: CommandContext): Promise<CommandResult> {
  if (command.changes !== true) return command.run(context);
  const { values, signal } = context;
  const subject = command.parameters.find(({ position }) => position === 0);
  const target = subject === undefined ? '' : (values.text(subject.name) ?? '');
  if (values.flag('whatIf') === true) {
    if (command.preview !== undefined) return command.preview(context);
    const text = whatIf(command, target);
    return { records: [], text, json: { whatIf: text } };
  }
  if (values.flag('confirm') === true && !(await isConfirmed(command, target, signal))) {
    return { records: [], text: 'Nothing was done.', json: { done: false } };
  }
  return command.run(context);
}

const url = process.env['STERNA_URL'] ?? 'http://127.0.0.1:8080';

async function run(args: string[], signal: AbortSignal): Promise<number> {
  if (args[0] === 'completion') {
    const shell = shells.find((known) => known === args[1]);
    if (shell === undefined) throw new UsageError(`sterna completion ${shells.join('|')}`);
    console.log(printCompletion(commands, shell));
    return exitCodes.ok;
  }
  const line = parseCommandLine(commands, args);
  if (line.kind === 'help') {
    console.log(line.command === null ? printHelp(commands, line.topic) : printCommandHelp(line.command));
    return exitCodes.ok;
  }
  const client = createSternaClient({
    baseUrl: url,
    apiKey: process.env['STERNA_API_KEY'] ?? '-',
    tenantId: process.env['STERNA_TENANT'] ?? '-',
  });
  const { output, format } = line.options;
  const context: CommandContext = {
    client,
    values: line.values,
    output,
    format: format.kind,
    stdout: process.stdout,
    signal,
  };
  const result = await runCommand(line.command, context);
  console.log(printResult(result, line.options));
  return result.exitCode ?? exitCodes.ok;
}

const controller = new AbortController();
process.once('SIGINT', () => controller.abort());
process.once('SIGTERM', () => controller.abort());
try {
  process.exitCode = await run(process.argv.slice(2), controller.signal);
} catch (error) {
  console.error(explainError(error, url));
  process.exitCode = exitCodeOf(error);
}
