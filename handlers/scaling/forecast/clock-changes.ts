import { Temporal } from 'temporal-polyfill';
import type { Instant } from '../time/instant.ts';
import type { LocalTime } from '../time/local-time.ts';

/** A moment at which the clocks of a zone are put forward or back. */
export interface ClockChange {
  readonly at: Instant;
  /** What they would show then, had they not been changed. */
  readonly before: LocalTime;
  /** What they show then. */
  readonly after: LocalTime;
}

/** The rules of no zone change so often; a plan is looked at for a year at most. */
const MAX_CHANGES = 64;

/** Between two instants: the first included, the second not. */
export function clockChanges(zone: string, from: Instant, to: Instant): readonly ClockChange[] {
  const found: ClockChange[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(from - 1).toZonedDateTimeISO(zone);
  for (let changes = 0; changes < MAX_CHANGES; changes += 1) {
    const next = at.getTimeZoneTransition('next');
    if (next === null || next.epochMilliseconds >= to) break;
    const instant = next.epochMilliseconds;
    const before = instant + offsetMs(next.subtract({ milliseconds: 1 }));
    const after = instant + offsetMs(next);
    if (before !== after) found.push({ at: instant, before, after });
    at = next;
  }
  return found;
}

/** How much the clocks are put forward, in milliseconds; negative where they are put back. */
export function shiftMs({ before, after }: ClockChange): number {
  return after - before;
}

function offsetMs({ offsetNanoseconds }: Temporal.ZonedDateTime): number {
  return offsetNanoseconds / 1e6;
}
