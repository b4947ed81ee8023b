import { parseArgs } from 'node:util';
import { runScenario } from './quickstart-scenario.js';
import { QuickstartFailure, Terminal } from './quickstart-terminal.js';
import { type LocalStack, startLocalStack } from './stack.js';
import { createStateDirectory, type StateDirectory } from './state-directory.js';

/** What a client needs to use the stack that is left running. */
function explainKept(stack: LocalStack, terminal: Terminal, directory: string): void {
  const variables = ['STERNA_URL', 'STERNA_TENANT', 'STERNA_API_KEY'];
  const lines = variables.map((name) => `export ${name}=${terminal.env[name] ?? ''}`);
  terminal.say(
    [
      `The stack is running. In another terminal, in this directory:`,
      '',
      ...lines,
      `npm run -s sterna -- batch list`,
      '',
      `API documentation   ${stack.services.url}/openapi.json`,
      `Operator key        ${stack.services.operatorKey}`,
      `MongoDB             ${stack.mongodb.url} (${stack.mongodb.description})`,
      `RabbitMQ            ${stack.rabbitmq.url}`,
      `IMAP                localhost:${stack.dovecot.tlsPort} (TLS), 127.0.0.1:${stack.dovecot.port}`,
      `Microsoft Graph     ${stack.target.graphUrl}`,
      `Client secret       ${stack.target.clientSecret}`,
      `Mailboxes           ${directory}/mailboxes.csv`,
      `Logs                ${directory}`,
      '',
      'Ctrl-C stops it and deletes its files.',
    ].join('\n'),
  );
}

/** Resolves once, on the first signal that asks to end. */
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => resolve('interrupted'));
});

const startedAt = Date.now();
const elapsed = (): string => `${((Date.now() - startedAt) / 1000).toFixed(1)} s`;

/** Runs the scenario. Gives the exit code. */
async function quickstart(stack: LocalStack, state: StateDirectory, isKept: boolean): Promise<number> {
  const terminal = new Terminal(stack);
  terminal.say(`Everything runs after ${elapsed()}.`);
  const scenario = runScenario(stack, terminal, state.path).then(() => 'done' as const);
  scenario.catch(() => undefined);
  if ((await Promise.race([scenario, interrupted])) === 'interrupted') return 130;
  terminal.say(`Every message has arrived, once and as it was. ${elapsed()} in all.`);
  if (!isKept) return 0;
  explainKept(stack, terminal, state.path);
  await interrupted;
  return 0;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: 'boolean', default: false } } });
  const state = await createStateDirectory('quickstart');
  let exitCode = 1;
  let stack: LocalStack | null = null;
  try {
    stack = await startLocalStack({ stateDir: state.path });
    exitCode = await quickstart(stack, state, values.keep);
  } catch (error) {
    const explanation = error instanceof QuickstartFailure ? error.message : String(error);
    process.stderr.write(`\nThe quickstart failed after ${elapsed()}: ${explanation}\n`);
  } finally {
    await stack?.stop();
    if (exitCode === 1) process.stderr.write(`What the services wrote is in ${state.path}\n`);
    else await state.remove();
  }
  return exitCode;
}

process.exit(await main());
