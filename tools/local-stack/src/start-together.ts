/** Something that was started and can be stopped. */
interface Stoppable {
  stop(): Promise<unknown>;
}

/**
 * Waits until all of several servers have started. When one fails, stops those that did start, then throws what
 * the first failure was.
 */
export async function startTogether<const T extends readonly Promise<Stoppable>[]>(
  starting: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  try {
    return await Promise.all(starting);
  } catch (error) {
    const results = await Promise.allSettled(starting);
    const started = results.filter((result) => result.status === 'fulfilled');
    await Promise.all(started.map((result) => result.value.stop()));
    throw error;
  }
}
