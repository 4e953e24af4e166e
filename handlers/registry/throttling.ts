import { ProviderError } from '../errors.ts';
import { SYSTEM_TIMING, type Timing } from './retry-policy.ts';

/**
 * How patient a throttled call is; durations in milliseconds. Each wait is random up to a limit that doubles, so that
 * hundreds of functions that ask at once don't come back together.
 */
export interface ThrottlePolicy {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

/** Its waits add up to more than the 15 minutes that a function lives: the deadline's signal is the end. */
export const THROTTLE_POLICY: ThrottlePolicy = { attempts: 240, firstDelayMs: 400, maxDelayMs: 8_000 };

/**
 * Repeats a call of an AWS service for as long as it is throttled. The SDK would wait as well, but each of its retries
 * takes from an allowance that a storm uses up, and that comes back only with successes; from then on the first
 * refusal is final.
 * @param call Throws ProviderError `Throttling` where it was throttled.
 */
export async function outlastThrottling<T>(
  call: () => Promise<T>,
  options: {
    readonly signal: AbortSignal;
    readonly policy?: ThrottlePolicy | undefined;
    readonly timing?: Timing | undefined;
  },
): Promise<T> {
  const { signal, policy = THROTTLE_POLICY, timing = SYSTEM_TIMING } = options;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const isThrottling = error instanceof ProviderError && error.code === 'Throttling';
      if (!isThrottling || attempt >= policy.attempts) throw error;
    }
    const limitMs = Math.min(policy.maxDelayMs, policy.firstDelayMs * 2 ** (attempt - 1));
    await timing.sleep(timing.random() * limitMs, signal);
  }
}
