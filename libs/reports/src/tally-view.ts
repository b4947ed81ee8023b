import { z } from 'zod';

const count = z.int().min(0);

/** found = toDo + migrated + alreadyThere + filtered + skipped + failed + vanished, at any moment. */
export const tallyView = z
  .object({
    found: count,
    toDo: count,
    migrated: count,
    alreadyThere: count,
    filtered: count,
    skipped: count,
    failed: count,
    vanished: count,
    migratedBytes: count,
  })
  .meta({ id: 'Tally' });

/** How much of what was found has come to an end, in whole percent; 100 only when all of it has. */
export function percentOf(tally: { found: number; toDo: number }): number {
  return tally.found === 0 ? 0 : Math.floor(((tally.found - tally.toDo) / tally.found) * 100);
}
