import type { LocalStack } from './stack.js';
import { runSterna } from './sterna-command.js';

/** The tenant of the quickstart, and the password of all its source mailboxes. */
export const tenant = 'contoso';
export const password = 'source-password';

/** Something is not as it has to be; the quickstart ends with exit code 1. */
export class QuickstartFailure extends Error {}

/** What an administrator has at hand: the variables of `sterna`, and how a command is shown and run. */
export class Terminal {
  readonly env: Record<string, string>;

  constructor(stack: LocalStack) {
    const { url, operatorKey } = stack.services;
    const { clientSecret } = stack.target;
    this.env = {
      STERNA_URL: url,
      STERNA_TENANT: tenant,
      STERNA_API_KEY: operatorKey,
      STERNA_CLIENT_SECRET: clientSecret,
      STERNA_SOURCE_PASSWORD: password,
    };
  }

  say(text: string): void {
    process.stdout.write(`\n${text}\n`);
  }

  /** Prints a command, runs it, shows what it prints. @throws QuickstartFailure when its exit code is not 0 */
  async run(...args: string[]): Promise<void> {
    process.stdout.write(`\n$ sterna ${args.map(quoted).join(' ')}\n`);
    const { exitCode } = await runSterna(args, { env: this.env, isShown: true });
    if (exitCode !== 0) throw new QuickstartFailure(`sterna ${args.join(' ')}: exit code ${exitCode}`);
  }

  /** Prints a command and gives its JSON instead of showing it. */
  async read(...args: string[]): Promise<unknown> {
    process.stdout.write(`\n$ sterna ${args.map(quoted).join(' ')}\n`);
    const { exitCode, stdout, stderr } = await runSterna([...args, '--output', 'json'], { env: this.env });
    if (exitCode !== 0) throw new QuickstartFailure(`sterna ${args.join(' ')}: ${stderr}`);
    return JSON.parse(stdout);
  }
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
