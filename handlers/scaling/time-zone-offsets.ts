import { Temporal } from 'temporal-polyfill';
import type { Instant } from './instant.ts';
import { DAY_MS, type LocalTime, yearOf } from './local-time.ts';

/** A time in which the clocks of a zone are not changed: from an instant (included) to another (not). */
interface OffsetSpan {
  readonly from: Instant;
  readonly until: Instant;
  /** What its clocks show is this much later than UTC. */
  readonly offsetMs: number;
}

/** What the clocks in a zone show at an instant. */
export function localTimeAt(zone: string, instant: Instant): LocalTime {
  for (const { until, offsetMs } of spansOfYear(zone, yearOf(instant))) {
    if (instant < until) return instant + offsetMs;
  }
  throw new RangeError(`${instant} is no instant`);
}

/** When the clocks in a zone show a time first, of two; undefined where they leap over it. */
export function firstInstantOf(zone: string, time: LocalTime): Instant | undefined {
  for (const { from, until, offsetMs } of spansAround(zone, time)) {
    const instant = time - offsetMs;
    if (from <= instant && instant < until) return instant;
  }
  return undefined;
}

/**
 * No time that the clocks in a zone have shown up to an instant is later than this. It is what they show now, but
 * where they were put back a short while ago.
 */
export function latestLocalTimeUntil(zone: string, instant: Instant): LocalTime {
  const times = spansAround(zone, instant)
    .filter(({ from }) => from <= instant)
    .map(({ until, offsetMs }) => Math.min(until, instant) + offsetMs);
  return Math.max(...times);
}

/** What has a part within a day of a time, in order: no offset and no change of one has been larger. */
function spansAround(zone: string, time: number): readonly OffsetSpan[] {
  const first = yearOf(time - DAY_MS);
  const last = yearOf(time + DAY_MS);
  return first === last
    ? spansOfYear(zone, first)
    : [...spansOfYear(zone, first), ...spansOfYear(zone, last)];
}

/** A sweep over a thousand plans asks for some zones, and for this year and the next. */
const MAX_REMEMBERED_YEARS = 512;
/** Computing a year takes 0.5 ms, a sweep's thousands of questions would take seconds. */
const remembered = new Map<string, readonly OffsetSpan[]>();

/** The spans of a year of UTC, the first and the last cut off where it begins and ends. */
function spansOfYear(zone: string, year: number): readonly OffsetSpan[] {
  const key = `${zone} ${year}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const spans = computeSpans(zone, year);
  if (remembered.size >= MAX_REMEMBERED_YEARS) remembered.clear();
  remembered.set(key, spans);
  return spans;
}

/** Morocco changes its clocks four times in some years, and no zone does it more often. */
const MAX_CHANGES_A_YEAR = 32;

function computeSpans(zone: string, year: number): readonly OffsetSpan[] {
  const end = Date.UTC(year + 1, 0);
  const spans: OffsetSpan[] = [];
  let at = Temporal.Instant.fromEpochMilliseconds(Date.UTC(year, 0)).toZonedDateTimeISO(zone);
  for (let changes = 0; changes <= MAX_CHANGES_A_YEAR; changes++) {
    const next = at.getTimeZoneTransition('next');
    const until = Math.min(next?.epochMilliseconds ?? end, end);
    spans.push({ from: at.epochMilliseconds, until, offsetMs: at.offsetNanoseconds / 1e6 });
    if (next === null || until === end) return spans;
    at = next;
  }
  throw new RangeError(`${zone} changes its clocks more than ${MAX_CHANGES_A_YEAR} times in ${year}`);
}
