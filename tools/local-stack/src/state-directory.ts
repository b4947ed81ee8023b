import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { workspaceRoot } from './workspace-path.js';

/** A directory for everything that one run of the local stack writes. */
export interface StateDirectory {
  readonly path: string;
  /** Deletes it with all that is in it. */
  remove(): Promise<void>;
}

/**
 * Makes `.local/<name>-<pid>` in the checkout, or below STERNA_LOCAL_DIR when that is set, so that runs of the
 * same checkout and of others are side by side.
 */
export async function createStateDirectory(name: string): Promise<StateDirectory> {
  const place = process.env['STERNA_LOCAL_DIR'] ?? path.join(workspaceRoot, '.local');
  const directory = path.resolve(place, `${name}-${process.pid}`);
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  return { path: directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) };
}
