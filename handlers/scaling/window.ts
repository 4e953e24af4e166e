import type { Instant } from './instant.ts';

/** A span in which a scenario holds: from `start` (included) to `end` (not). */
export interface Window {
  readonly scenario: string;
  readonly start: Instant;
  readonly end: Instant;
}
