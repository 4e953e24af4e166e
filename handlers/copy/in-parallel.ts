/**
 * Runs a task for each item, a few at a time, in order of the items. The first failure aborts the others and is thrown
 * once all of them have ended, so that nothing goes on behind the caller's back.
 * @param task Gets a signal that is aborted with the outer one, and by another task's failure.
 */
export async function forEachInParallel<T>(
  items: readonly T[],
  limit: number,
  signal: AbortSignal | undefined,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failure = new AbortController();
  const inner = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  const queue = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of queue) {
      if (inner.aborted) return;
      try {
        await task(item, inner);
      } catch (error) {
        // Of several failures the first is the cause; those after it are its consequences.
        failure.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal?.throwIfAborted();
  failure.signal.throwIfAborted();
}
