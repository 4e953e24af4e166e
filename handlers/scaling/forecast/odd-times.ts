import { nextLocalTime } from '../cron-calendar.ts';
import { type Expression, meaningOf } from '../expression.ts';
import type { Instant } from '../instant.ts';
import { dateOf, type LocalTime } from '../local-time.ts';
import type { Plan, Scenario } from '../plan.ts';
import { nextOccurrence } from '../schedule.ts';
import { firstInstantOf, localTimeAt } from '../time-zone-offsets.ts';
import { type ClockChange, shiftMs } from './clock-changes.ts';

/** A time that an expression means, and that goes otherwise than on other days. */
export interface OddTime {
  readonly scenario: string;
  readonly edge: 'start' | 'end';
  /** On the wall. */
  readonly local: LocalTime;
  readonly kind: /** A date of `Except`: it doesn't start. */
    | 'excepted'
    /** The clocks leap over it: it doesn't fire. */
    | 'missing'
    /** The clocks show it twice: it fires the first time only. */
    | 'repeated';
  /** When it would have been, or is; where there is no such time, when the clocks are changed. */
  readonly at: Instant;
}

/** So many of one expression are told. */
const MAX_TIMES = 400;

export interface OddTimesAsked {
  readonly plan: Plan;
  readonly from: Instant;
  /** Not included. */
  readonly to: Instant;
  /** Of that span. */
  readonly changes: readonly ClockChange[];
}

/** In the order of time. */
export function oddTimes({ plan, from, to, changes }: OddTimesAsked): readonly OddTime[] {
  const zone = plan.timezone;
  return plan.scenarios
    .flatMap((scenario) => [
      ...exceptedStarts(scenario, zone, from, to),
      ...changes.flatMap((change) => aroundChange(scenario, zone, change)),
    ])
    .sort((a, b) => a.at - b.at || a.local - b.local);
}

function* exceptedStarts({ name, start, except }: Scenario, zone: string, from: Instant, to: Instant) {
  if (except.length === 0) return;
  let at = nextOccurrence(start, zone, from - 1);
  for (let count = 0; at !== undefined && at < to && count < MAX_TIMES * except.length; count += 1) {
    const local = localTimeAt(zone, at);
    if (except.includes(dateOf(local))) {
      yield { scenario: name, edge: 'start', local, kind: 'excepted', at } as const;
    }
    at = nextOccurrence(start, zone, at);
  }
}

function aroundChange({ name, start, end, except }: Scenario, zone: string, change: ClockChange): OddTime[] {
  const kind = shiftMs(change) > 0 ? 'missing' : 'repeated';
  const found = (edge: 'start' | 'end', expression: Expression) =>
    localTimesIn(expression, Math.min(change.before, change.after), Math.max(change.before, change.after))
      .filter((local) => edge === 'end' || !except.includes(dateOf(local)))
      .map((local) => ({
        scenario: name,
        edge,
        local,
        kind,
        at: firstInstantOf(zone, local) ?? change.at,
      }));
  return [
    ...found('start', start),
    ...(end.kind === 'expression' ? found('end', end.expression) : []),
  ] as OddTime[];
}

/** @param to Not included. */
function localTimesIn(expression: Expression, from: LocalTime, to: LocalTime): LocalTime[] {
  const meaning = meaningOf(expression);
  if (meaning.kind === 'at') return meaning.time >= from && meaning.time < to ? [meaning.time] : [];
  const times: LocalTime[] = [];
  let time = nextLocalTime(meaning.calendar, from - 1, []);
  while (time !== undefined && time < to && times.length < MAX_TIMES) {
    times.push(time);
    time = nextLocalTime(meaning.calendar, time, []);
  }
  return times;
}
