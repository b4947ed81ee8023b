import { type ChildProcess, spawn } from 'node:child_process';
import {
  maxAnswerBytes,
  type PasswordRequest,
  type PasswordStore,
  passwordUnavailable,
  readAnswer,
} from './password-store.js';

const who = 'the credential command';

/** A program of the operator, the request on its standard input, the password on its standard output. */
export class CommandStore implements PasswordStore {
  /** `command` is the program and its arguments; no shell reads them. */
  constructor(
    private readonly command: readonly [program: string, ...args: string[]],
    private readonly timeoutMs: number,
  ) {}

  async find(request: PasswordRequest, signal?: AbortSignal): Promise<string> {
    const { output, exitCode } = await this.#run(JSON.stringify(request), signal);
    if (exitCode === 0) return readAnswer(output, who);
    throw passwordUnavailable(`${who} ended with exit code ${exitCode ?? 'none'}`);
  }

  /** What it writes to standard error is thrown away: it may have a password, and no log may. */
  #run(input: string, signal?: AbortSignal): Promise<{ output: string; exitCode: number | null }> {
    const [program, ...args] = this.command;
    return new Promise((resolve, reject) => {
      // a process group of its own, so that what the program has started can be ended with it
      const child = spawn(program, args, {
        stdio: ['pipe', 'pipe', 'ignore'],
        env: withoutSterna(process.env),
        detached: true,
      });
      const timer = setTimeout(() => giveUp(`did not answer within ${this.timeoutMs} ms`), this.timeoutMs);
      const onAbort = (): void => giveUp('was called off');
      const settle = (finish: () => void): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        finish();
      };
      const giveUp = (why: string): void => {
        endGroup(child);
        settle(() => reject(passwordUnavailable(`${who} ${why}`)));
      };
      const pieces: Buffer[] = [];
      let length = 0;
      child.stdout.on('data', (piece: Buffer) => {
        length += piece.length;
        if (length > maxAnswerBytes) giveUp(`answered more than ${maxAnswerBytes} bytes`);
        else pieces.push(piece);
      });
      child.on('error', (cause) =>
        settle(() => reject(passwordUnavailable(`${who} could not be started`, { cause }))),
      );
      child.on('close', (exitCode) =>
        settle(() => resolve({ output: Buffer.concat(pieces).toString('utf8'), exitCode })),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted === true) onAbort();
      // a program need not read its request
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }
}

function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // it has ended by itself
  }
}

/** Sterna's own variables have the keyring and the addresses of its database and broker. */
function withoutSterna(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('STERNA_')));
}
