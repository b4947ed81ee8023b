/** The pause before the attempt after `attempt`, in ms: the one that was asked for, or 1 s, 2 s, 4 s up to 30 s. */
export function growingPause(attempt: number, askedMs: number | null): number {
  return askedMs ?? Math.min(1000 * 2 ** (attempt - 1), 30_000);
}
