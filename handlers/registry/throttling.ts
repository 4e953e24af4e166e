import { ProviderError } from '../errors.ts';
import { SYSTEM_TIMING, type Timing } from './retry-policy.ts';

/** How patient a throttled call is; durations in milliseconds. */
export interface ThrottlePolicy {
  readonly attempts: number;
  /** No wait is shorter. */
  readonly minDelayMs: number;
  /** No wait is longer. */
  readonly maxDelayMs: number;
}

/**
 * Measured with 500 calls at once (docs/decisions/0014-throttling.md). The waits add up to more than the 15 minutes
 * that a function lives: the deadline's signal is the end.
 */
export const THROTTLE_POLICY: ThrottlePolicy = { attempts: 240, minDelayMs: 500, maxDelayMs: 6_000 };

/** How long throttling is waited out. Default: as THROTTLE_POLICY says, in real time. */
export interface Patience {
  readonly policy?: ThrottlePolicy;
  readonly timing?: Timing;
}

/** How much longer than the last wait the next one may be. */
const GROWTH = 3;

/**
 * How long to wait before a throttled call is repeated: anything between the shortest wait and three times the last
 * one, so that functions which asked at once don't come back together, whether they are few or hundreds.
 * @param lastDelayMs Undefined before the first wait.
 * @param random In [0, 1).
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function delayAfterThrottling(
  { minDelayMs, maxDelayMs }: ThrottlePolicy,
  lastDelayMs: number | undefined,
  random: number,
): number {
  const limitMs = (lastDelayMs ?? minDelayMs) * GROWTH;
  return Math.min(maxDelayMs, minDelayMs + random * (limitMs - minDelayMs));
}

/**
 * Repeats a call of an AWS service for as long as it is throttled. SSM takes 40 calls a second from an account in each
 * Region, Lambda's control plane 15, and a deployment of many stacks asks hundreds of times at once. The SDK would wait
 * as well, but each of its retries takes from an allowance that a storm uses up, and that comes back only with
 * successes; from then on the first refusal is final.
 * @param call Throws ProviderError `Throttling` where it was throttled.
 */
export async function outlastThrottling<T>(
  call: () => Promise<T>,
  options: Patience & { readonly signal: AbortSignal },
): Promise<T> {
  const { signal, policy = THROTTLE_POLICY, timing = SYSTEM_TIMING } = options;
  let delayMs: number | undefined;
  for (let attempt = 1; ; attempt += 1) {
    signal.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      const isThrottling = error instanceof ProviderError && error.code === 'Throttling';
      if (!isThrottling || attempt >= policy.attempts) throw error;
    }
    delayMs = delayAfterThrottling(policy, delayMs, timing.random());
    await timing.sleep(delayMs, signal);
  }
}
