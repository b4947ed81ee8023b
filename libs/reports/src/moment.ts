import { z } from 'zod';

/** A moment as the API writes it. */
export const moment = z.iso.datetime();

/** ISO 8601 of a moment that may not have come yet. */
export const printMoment = (date: Date | null): string | null => date?.toISOString() ?? null;
