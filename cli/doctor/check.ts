import type { Reading } from './reading.ts';

/**
 * What a look at one thing came to. `note` is worth knowing and breaks nothing; `unknown` could not be looked at, and
 * is never taken for `ok`.
 */
export type CheckState = 'ok' | 'wrong' | 'note' | 'unknown';

/** What was looked at. The names are for ever: scripts pick by them. */
export type CheckName =
  | 'service'
  | 'function'
  | 'version'
  | 'failure-destination'
  | 'service-token'
  | 'dead-letters'
  | 'sweep'
  | 'blob-mounting'
  | 'stacks';

export interface Check {
  readonly check: CheckName;
  /** The function, parameter, queue, … by its name. */
  readonly subject: string;
  readonly state: CheckState;
  /** What there is, in a sentence. */
  readonly text: string;
  /** What to do about it; undefined where there is nothing. */
  readonly remedy?: string;
}

/** Healthy, not healthy, or not known. */
export type Verdict = 'healthy' | 'unhealthy' | 'undetermined';

export function verdictOf(checks: readonly Check[]): Verdict {
  if (checks.some(({ state }) => state === 'wrong')) return 'unhealthy';
  return checks.some(({ state }) => state === 'unknown') ? 'undetermined' : 'healthy';
}

/** A check of what was read; where it could not be, that is what it says. */
export function checkReading<T>(
  what: Pick<Check, 'check' | 'subject'>,
  reading: Reading<T>,
  judge: (value: T) => Omit<Check, 'check' | 'subject'>,
): Check {
  return reading.isKnown
    ? { ...what, ...judge(reading.value) }
    : { ...what, state: 'unknown', text: reading.because };
}
