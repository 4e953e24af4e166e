import type { Instant } from '../../../handlers/scaling/time/instant.ts';
import { DAY_MS, HOUR_MS, type LocalTime, MINUTE_MS } from '../../../handlers/scaling/time/local-time.ts';
import { firstInstantOf, localTimeAt } from '../../../handlers/scaling/time/time-zone-offsets.ts';
import { formatClock, weekday } from '../wall-clock.ts';

/** Where instants are from left to right. */
export interface TimeScale {
  readonly from: Instant;
  readonly to: Instant;
  readonly left: number;
  readonly width: number;
}

/** What is before or behind stands at the edge. */
export function xOf({ from, to, left, width }: TimeScale, instant: Instant): number {
  const part = (instant - from) / (to - from);
  return left + Math.min(1, Math.max(0, part)) * width;
}

export interface Tick {
  readonly at: Instant;
  readonly x: number;
  /** `Sun 25 Oct`, `06:00` */
  readonly local: string;
  /** `24 Oct 22:00Z`, `04:00Z` */
  readonly utc: string;
}

const STEPS_MS = [
  ...[5, 10, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28, 56].map((days) => days * DAY_MS),
];
/** Room for the widest label and a gap. */
const SPACING = { hours: 74, days: 96 };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** A Monday. */
const FIRST_MONDAY: LocalTime = Date.UTC(1970, 0, 5);

/** Round times on the wall, as many as there is room for. */
export function ticksOf(scale: TimeScale, zone: string): readonly Tick[] {
  const { from, to, width } = scale;
  const stepMs =
    STEPS_MS.find((step) => (width * step) / (to - from) >= spacingOf(step)) ?? STEPS_MS.at(-1) ?? DAY_MS;
  const ticks: Tick[] = [];
  const first = localTimeAt(zone, from);
  const origin = stepMs >= 7 * DAY_MS ? FIRST_MONDAY : 0;
  let local = Math.ceil((first - origin) / stepMs) * stepMs + origin;
  for (; local <= first + (to - from) + DAY_MS; local += stepMs) {
    const at = firstInstantOf(zone, local);
    if (at === undefined || at < from || at > to) continue;
    const x = xOf(scale, at);
    // After the clocks were put forward two round times are nearer to each other.
    const last = ticks.at(-1);
    if (last !== undefined && x - last.x < spacingOf(stepMs)) continue;
    ticks.push({ at, x, local: localLabel(local), utc: utcLabel(at, local) });
  }
  return ticks;
}

function spacingOf(stepMs: number): number {
  return stepMs < DAY_MS ? SPACING.hours : SPACING.days;
}

/** `25 Oct` */
export function formatDay(time: LocalTime): string {
  const date = new Date(time);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

function localLabel(time: LocalTime): string {
  return time % DAY_MS === 0 ? `${weekday(time)} ${formatDay(time)}` : formatClock(time);
}

/** With its date where the local time's is new. */
function utcLabel(instant: Instant, local: LocalTime): string {
  const clock = `${formatClock(instant)}Z`;
  return local % DAY_MS === 0 ? `${formatDay(instant)} ${clock}` : clock;
}
