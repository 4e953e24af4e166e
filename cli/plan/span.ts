import { formatInstant, type Instant } from '../../handlers/scaling/time/instant.ts';
import { DAY_MS, type LocalTime, MINUTE_MS, readLocalTime } from '../../handlers/scaling/time/local-time.ts';
import { firstInstantOf, localTimeAt } from '../../handlers/scaling/time/time-zone-offsets.ts';
import { CliError } from '../cli-error.ts';
import { DEFAULT_DAYS, MAX_DAYS, MAX_SPAN_MS, type Moment } from './plan-options.ts';

export interface Span {
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
}

export interface SpanAsked {
  /** Default: now. */
  readonly from: Moment | undefined;
  /** Default: the same time on the wall a week later. */
  readonly to: Moment | undefined;
  readonly zone: string;
  readonly now: Instant;
}

/** @throws CliError `Usage`: it ends before it begins, or is longer than a year. */
export function readSpan({ from: first, to: last, zone, now }: SpanAsked): Span {
  const from = first === undefined ? now : instantOf(first, zone);
  const aWeekLater = localTimeAt(zone, from) + DEFAULT_DAYS * DAY_MS;
  const to = last === undefined ? firstInstantFrom(aWeekLater, zone) : instantOf(last, zone);
  const shown = `from ${formatInstant(from)} to ${formatInstant(to)}`;
  if (to <= from) throw new CliError('Usage', `Nothing is ${shown}: --to must be later than --from`);
  if (to - from > MAX_SPAN_MS) {
    throw new CliError('Usage', `It is more than ${MAX_DAYS} days ${shown}: ask for less time`);
  }
  return { from, to };
}

function instantOf(moment: Moment, zone: string): Instant {
  if (moment.kind === 'instant') return moment.instant;
  const midnight = readLocalTime(`${moment.date}T00:00:00`);
  if (midnight === undefined) throw new RangeError(`${moment.date} is no date`);
  return firstInstantFrom(midnight, zone);
}

/** Where the clocks leap over midnight, the day begins later; some days were left out by a zone. */
function firstInstantFrom(time: LocalTime, zone: string): Instant {
  for (let later = time; later <= time + 2 * DAY_MS; later += MINUTE_MS) {
    const instant = firstInstantOf(zone, later);
    if (instant !== undefined) return instant;
  }
  throw new RangeError(`${zone} has no time for two days after ${new Date(time).toISOString()}`);
}
