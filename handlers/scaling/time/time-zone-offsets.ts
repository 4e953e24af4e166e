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

/** The latest that the clocks in a zone have shown up to an instant: later than now for a while after they are put back. */
export function latestLocalTimeUntil(zone: string, instant: Instant): LocalTime {
  let latest = Number.NEGATIVE_INFINITY;
  for (const { from, until, offsetMs } of spansAround(zone, instant)) {
    if (from <= instant) latest = Math.max(latest, Math.min(until - 1, instant) + offsetMs);
  }
  return latest;
}

/** Times that the clocks in a zone leap over: from the first to before the one that they show next. */
export interface Gap {
  readonly from: LocalTime;
  readonly until: LocalTime;
}

/** The gap around a time that has no instant in the zone. */
export function gapAround(zone: string, time: LocalTime): Gap {
  let from = Number.NaN;
  for (const span of spansAround(zone, time)) {
    const until = span.from + span.offsetMs;
    if (from <= time && time < until) return { from, until };
    from = span.until + span.offsetMs;
  }
  throw new RangeError(`clocks in ${zone} do not leap over ${time}`);
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

/** Morocco and Egypt have changed their clocks four times in some years, and no zone more often. */
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
