import { setTimeout as delay } from 'node:timers/promises';

/** Time, so that a test need not wait for it. */
export interface Timing {
  /** Milliseconds on a clock that nobody sets. */
  readonly now: () => number;
  /** Rejects with the signal's reason where it is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

export const SYSTEM_TIMING: Timing = {
  now: () => performance.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  },
};
