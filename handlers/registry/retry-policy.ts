import { setTimeout as delay } from 'node:timers/promises';
import { RegistryError } from './registry-error.ts';

/** How often and how patiently a request or the transfer of a blob is repeated. Durations in milliseconds. */
export interface RetryPolicy {
  /** Tries in all. Default 4. */
  readonly attempts: number;
  /** Tries in all where the content was wrong: another digest or size. Rarely is it right later. Default 2. */
  readonly attemptsOnWrongContent: number;
  /** Upper bound of the first wait; it doubles with each further one. Default 400. */
  readonly firstDelayMs: number;
  /** No wait of our own is longer. Default 10 000. */
  readonly maxDelayMs: number;
  /** The longest Retry-After that is waited for; a longer one ends the operation at once. Default 30 000. */
  readonly maxRetryAfterMs: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  attempts: 4,
  attemptsOnWrongContent: 2,
  firstDelayMs: 400,
  maxDelayMs: 10_000,
  maxRetryAfterMs: 30_000,
};

/** Time and chance, so that a test can hold both still. */
export interface Timing {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  /** Rejects with the signal's reason where it is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const SYSTEM_TIMING: Timing = {
  now: Date.now,
  random: Math.random,
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  },
};

/**
 * How long to wait before the next try; undefined: there is none.
 * A Retry-After is waited out in full, since asking earlier is what the other side asked not to do. Otherwise the wait
 * is half fixed and half random, so that several functions that failed together don't come back together.
 * @param failedAttempts Tries that failed so far, at least 1.
 */
export function delayBeforeRetry(
  policy: RetryPolicy,
  error: unknown,
  failedAttempts: number,
  random: number,
): number | undefined {
  if (!(error instanceof RegistryError) || error.retry === 'never') return undefined;
  const attempts = error.retry === 'wrong-content' ? policy.attemptsOnWrongContent : policy.attempts;
  if (failedAttempts >= attempts) return undefined;
  if (error.retryAfterMs !== undefined) {
    return error.retryAfterMs <= policy.maxRetryAfterMs ? error.retryAfterMs : undefined;
  }
  const limit = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (failedAttempts - 1));
  return limit / 2 + (limit / 2) * random;
}

/**
 * Repeats an operation as the policy says. The error of the last try is thrown, marked as final: whatever encloses
 * this operation does not repeat it once more.
 * @param attempt Gets the number of the try, from 1.
 */
export async function withRetries<T>(
  attempt: (number: number) => Promise<T>,
  options: { policy: RetryPolicy; timing: Timing; signal?: AbortSignal | undefined },
): Promise<T> {
  const { policy, timing, signal } = options;
  for (let number = 1; ; number += 1) {
    signal?.throwIfAborted();
    try {
      return await attempt(number);
    } catch (error) {
      signal?.throwIfAborted();
      const waitMs = delayBeforeRetry(policy, error, number, timing.random());
      if (waitMs === undefined) throw error instanceof RegistryError ? error.asFinal(number) : error;
      await timing.sleep(waitMs, signal);
    }
  }
}

/**
 * A Retry-After header in milliseconds: seconds, or a date. Undefined where there is none or it says nothing.
 * @see https://www.rfc-editor.org/rfc/rfc9110#name-retry-after
 */
export function parseRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text.trim())) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
