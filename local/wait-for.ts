import { setTimeout as sleep } from 'node:timers/promises';
import { LocalError } from './local-error.ts';

const POLL_MS = 300;

/** What is waited for. */
export interface Waiting {
  /** In a few words, for the error. */
  readonly what: string;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * Looks until something is found.
 * @throws LocalError where it is not in time.
 */
export async function waitFor<T>(
  { what, limitMs, signal }: Waiting,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  while (performance.now() < deadline) {
    const found = await look();
    if (found !== undefined) return found;
    await sleep(POLL_MS, undefined, { signal });
  }
  throw new LocalError(`${what} did not come to its end in ${Math.round(limitMs / 1000)} s`);
}
