import { Temporal } from 'temporal-polyfill';
import { accepted, type Reading, refused } from '../cloudformation/property-kinds.ts';
import type { Instant } from './instant.ts';
import { DAY_MS, type LocalTime } from './local-time.ts';

/** Longer is no name of the database; the longest has 32. */
const MAX_NAME_CHARACTERS = 64;
const SEE = 'see https://www.iana.org/time-zones';

/**
 * A name of the IANA time zone database, spelled as it spells it; aliases such as `US/Eastern` are names too.
 * EventBridge Scheduler uses the same database.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#time-zones
 */
export function readTimeZone(given: unknown): Reading<string> {
  const shown = JSON.stringify(typeof given === 'string' ? given.slice(0, MAX_NAME_CHARACTERS) : given);
  if (typeof given !== 'string' || given.length > MAX_NAME_CHARACTERS) {
    return refused(
      `${shown} is no text of at most ${MAX_NAME_CHARACTERS} characters, such as "Europe/Berlin"`,
    );
  }
  if (/^[+\-−]\d|^(UTC|GMT)[+\-−]\d/i.test(given) && !/^GMT[+-]0$/.test(given)) {
    return refused(
      `${shown} is an offset, which knows no daylight saving; write the zone's name, such as "Asia/Tokyo" or "UTC"`,
    );
  }
  const name = knownName(given);
  if (name === undefined) {
    return refused(
      `${shown} is no name of the IANA time zone database; write one such as "Europe/Berlin", "America/New_York" or "UTC" (${SEE})`,
    );
  }
  if (name !== given) return refused(`${shown} is spelled "${name}" in the IANA time zone database`);
  return accepted(name);
}

function knownName(given: string): string | undefined {
  // The platform's own zones, which IANA doesn't have.
  if (/^systemv\//i.test(given)) return undefined;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(given).timeZoneId;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** What a wall in the zone shows at an instant. */
export function localTimeAt(zone: string, instant: Instant): LocalTime {
  return instant + offsetAt(zone, instant);
}

/**
 * When a wall in the zone shows this, for the first time; undefined where its clocks leap over it.
 */
export function firstInstantOf(zone: string, time: LocalTime): Instant | undefined {
  for (const { from, until, offset } of spansAround(zone, time)) {
    const instant = time - offset;
    if (from <= instant && instant < until) return instant;
  }
  return undefined;
}

/** The latest that a wall in the zone has shown up to an instant: more than it shows now where the clocks went back. */
export function latestLocalTimeUntil(zone: string, instant: Instant): LocalTime {
  const seen = spansAround(zone, instant)
    .filter(({ from }) => from <= instant)
    .map(({ until, offset }) => Math.min(until, instant) + offset);
  return Math.max(...seen);
}

/** Time in which a zone's offset stays the same: from an instant to before another. */
interface OffsetSpan {
  readonly from: Instant;
  readonly until: Instant;
  readonly offset: number;
}

function offsetAt(zone: string, instant: Instant): number {
  const year = new Date(instant).getUTCFullYear();
  const span = offsetSpans(zone, year).find(({ until }) => instant < until);
  if (span === undefined) throw new RangeError(`no offset of ${zone} at ${instant}`);
  return span.offset;
}

/** The spans that have a part within a day of it: no offset is larger. */
function spansAround(zone: string, time: number): readonly OffsetSpan[] {
  const first = new Date(time - DAY_MS).getUTCFullYear();
  const last = new Date(time + DAY_MS).getUTCFullYear();
  return first === last
    ? offsetSpans(zone, first)
    : [...offsetSpans(zone, first), ...offsetSpans(zone, last)];
}

/** A sweep over many plans asks for few zones and the years around now. */
const MAX_REMEMBERED_YEARS = 512;
/** No zone has come near it. */
const MAX_SHIFTS_A_YEAR = 32;
const remembered = new Map<string, readonly OffsetSpan[]>();

/** The spans of a year (UTC's), the first and the last cut off at its ends. */
function offsetSpans(zone: string, year: number): readonly OffsetSpan[] {
  const key = `${zone} ${year}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const spans = computeOffsetSpans(zone, year);
  // What was remembered first goes first.
  for (const oldest of remembered.keys()) {
    if (remembered.size < MAX_REMEMBERED_YEARS) break;
    remembered.delete(oldest);
  }
  remembered.set(key, spans);
  return spans;
}

function computeOffsetSpans(zone: string, year: number): readonly OffsetSpan[] {
  const end = Date.UTC(year + 1, 0);
  let at = Temporal.Instant.fromEpochMilliseconds(Date.UTC(year, 0)).toZonedDateTimeISO(zone);
  const spans: OffsetSpan[] = [];
  for (let shifts = 0; shifts <= MAX_SHIFTS_A_YEAR; shifts++) {
    const next = at.getTimeZoneTransition('next');
    const until = Math.min(next?.epochMilliseconds ?? end, end);
    spans.push({ from: at.epochMilliseconds, until, offset: at.offsetNanoseconds / 1e6 });
    if (next === null || until === end) return spans;
    at = next;
  }
  throw new RangeError(`${zone} has more than ${MAX_SHIFTS_A_YEAR} shifts in ${year}`);
}
