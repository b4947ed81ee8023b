import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the checkout, from the sources as well as from what was built of them. */
export const workspaceRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

/** Finds a program on PATH or where Debian puts servers. */
export function findProgram(name: string): string | null {
  const places = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/usr/lib/rabbitmq/bin'];
  return places.map((place) => path.join(place, name)).find((file) => existsSync(file)) ?? null;
}
