import { spawn } from 'node:child_process';
import path from 'node:path';
import { workspaceRoot } from './workspace-path.js';

/** What a `sterna` command gave back. */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** Runs `sterna` as a user would, in a process of its own. With `isShown` what it prints goes to the terminal at once. */
export function runSterna(
  args: readonly string[],
  options: { env: Record<string, string>; isShown?: boolean },
): Promise<CommandResult> {
  const entry = path.join(workspaceRoot, 'apps', 'cli', 'dist', 'main.js');
  return new Promise((resolve, reject) => {
    const isShown = options.isShown === true;
    const child = spawn(process.execPath, [entry, ...args], {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1, stdout, stderr }));
  });
}
