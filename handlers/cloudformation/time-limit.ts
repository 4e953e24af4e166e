/** What a piece of work may take of the time there is. */
export interface TimeLimit {
  /** Aborted when nobody waits any longer, whatever the limit. */
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** What is thrown where the limit is over. */
  readonly reason: Error;
}

/**
 * Waits for the work, but not longer than the limit or until the signal: also where it heeds neither, as the AWS SDK's
 * pauses between attempts.
 * @param work Gets a signal that ends with both.
 * @throws the limit's reason, or the signal's.
 */
export async function withinTimeLimit<T>(
  { signal, limitMs, reason }: TimeLimit,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const limit = new AbortController();
  const { promise: end, reject } = Promise.withResolvers<never>();
  limit.signal.addEventListener('abort', () => reject(limit.signal.reason), { once: true });
  const abort = (): void => limit.abort(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => limit.abort(reason), limitMs);
  try {
    return await Promise.race([work(limit.signal), end]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
