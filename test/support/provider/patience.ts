import { SYSTEM_TIMING } from '../../../handlers/registry/retry-policy.ts';
import { type Patience, THROTTLE_POLICY } from '../../../handlers/registry/throttling.ts';

/** The real waits, so many times shorter. */
export function hurried(factor: number): Patience {
  const timing = {
    ...SYSTEM_TIMING,
    sleep: (ms: number, signal?: AbortSignal) => SYSTEM_TIMING.sleep(ms / factor, signal),
  };
  return { timing };
}

/** For a test's throttling that never ends: a hundred times faster, and for not so many tries. */
export const QUICK_PATIENCE = {
  policy: { ...THROTTLE_POLICY, attempts: 12 },
  ...hurried(100),
} satisfies Patience;
